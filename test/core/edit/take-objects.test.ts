import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '#contract'
import { proveOnlyObjects, takeObjects } from '../../../src/core/edit/take-objects.ts'

const doc = (name: string, value: string, eol = '\n') =>
  ['apiVersion: v1', 'kind: ConfigMap', `metadata: { name: ${name} }`, `data: { a: "${value}" }`, ''].join(
    eol,
  )
const a = { kind: 'ConfigMap', name: 'a' }
const b = { kind: 'configmap', name: 'b' }
const join = (...docs: readonly string[]) => docs.join('---\n')

const cases: readonly (readonly [string, string | undefined, string | undefined, string | undefined])[] = [
  [
    'a changed document',
    join(doc('a', '1'), doc('b', '1')),
    join(doc('a', '2'), doc('b', '2')),
    join(doc('a', '1'), doc('b', '2')),
  ],
  [
    'comments and blank lines of the others',
    `# x\n${doc('a', '1')}---\n${doc('b', '1')}`,
    `# y\n${doc('a', '2')}--- # second\n\n# two\n${doc('b', '2')}`,
    `# x\n${doc('a', '1')}--- # second\n\n# two\n${doc('b', '2')}`,
  ],
  ['one that was added in front', doc('b', '1'), join(doc('a', '2'), doc('b', '2')), doc('b', '2')],
  ['one that was added behind', doc('b', '1'), join(doc('b', '2'), doc('a', '2')), doc('b', '2')],
  [
    'one that was removed in front',
    join(doc('a', '1'), doc('b', '1')),
    doc('b', '2'),
    join(doc('a', '1'), doc('b', '2')),
  ],
  [
    'one that was removed in front of a marker',
    `---\n${doc('a', '1')}---\n${doc('b', '1')}`,
    `---\n${doc('b', '2')}`,
    `---\n${doc('a', '1')}---\n${doc('b', '2')}`,
  ],
  [
    'one that was removed in the middle',
    join(doc('b', '1'), doc('a', '1'), doc('c', '1')),
    join(doc('b', '2'), doc('c', '1')),
    join(doc('b', '2'), doc('a', '1'), doc('c', '1')),
  ],
  [
    'one at the end of a file without a last line end',
    join(doc('b', '1'), doc('a', '1').trimEnd()),
    doc('b', '2').trimEnd(),
    join(`${doc('b', '2').trimEnd()}\n`, doc('a', '1').trimEnd()),
  ],
  ['a file that came with others', undefined, join(doc('a', '1'), doc('b', '1')), doc('b', '1')],
  ['a file that came with it alone', undefined, doc('a', '1'), undefined],
  ['a file that went with others', join(doc('b', '1'), doc('a', '1')), undefined, doc('a', '1')],
  ['a file that went with it alone', doc('a', '1'), undefined, doc('a', '1')],
  [
    'nothing of it',
    join(doc('a', '1'), doc('b', '1')),
    join(doc('a', '1'), doc('b', '2')),
    join(doc('a', '1'), doc('b', '2')),
  ],
  [
    'a move in the file',
    join(doc('a', '1'), doc('b', '1')),
    join(doc('b', '2'), doc('a', '2')),
    join(doc('b', '2'), doc('a', '1')),
  ],
  [
    'CRLF',
    [doc('a', '1', '\r\n'), doc('b', '1', '\r\n')].join('---\r\n'),
    [doc('a', '2', '\r\n'), doc('b', '2', '\r\n')].join('---\r\n'),
    [doc('a', '1', '\r\n'), doc('b', '2', '\r\n')].join('---\r\n'),
  ],
  [
    'another order of all that is not chosen',
    join(doc('b', '1'), doc('a', '1'), doc('c', '1')),
    join(doc('c', '1'), doc('b', '1'), doc('a', '2')),
    join(doc('c', '1'), doc('b', '1'), doc('a', '1')),
  ],
]

test.each(cases)('takes back %s, and no other byte', (_, from, to, wanted) => {
  expect(takeObjects({ from, to }, 'x.yaml', [a])).toBe(wanted)
})

test('several at once, named in any case; all that changed = what was there', () => {
  const from = join(doc('a', '1'), doc('b', '1'), doc('c', '1'))
  const to = join(doc('a', '2'), doc('b', '2'), doc('c', '2'))
  expect(takeObjects({ from, to }, 'x.yaml', [b, a])).toBe(join(doc('a', '1'), doc('b', '1'), doc('c', '2')))
  const whole = `# why\n${join(doc('a', '1'), doc('c', '2'))}`
  expect(takeObjects({ from: whole, to: join(doc('a', '2'), doc('c', '2')) }, 'x.yaml', [a])).toBe(whole)
})

test('a namespace tells two of one name apart where the documents say it', () => {
  const at = (namespace: string, value: string) =>
    doc('a', value).replace('name: a', `name: a, namespace: ${namespace}`)
  const from = join(at('x', '1'), at('y', '1'))
  const to = join(at('x', '2'), at('y', '2'))
  expect(takeObjects({ from, to }, 'x.yaml', [{ ...a, namespace: 'y' }])).toBe(
    join(at('x', '2'), at('y', '1')),
  )
  expect(codeOf(() => takeObjects({ from, to }, 'x.yaml', [a]))).toBe('EDIT_AMBIGUOUS')
})

describe('refuses what cannot be told apart:', () => {
  test.each([
    ['a template', `{{ if .x }}\n${doc('a', '2')}{{ end }}\n`, 'EDIT_REFUSED'],
    ['broken YAML beside it', join(doc('a', '2'), 'a: [\n'), 'EDIT_REFUSED'],
    [
      'a List',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: a }\n',
      'EDIT_REFUSED',
    ],
    ['ends of documents', `${doc('a', '2')}...\n${doc('b', '1')}`, 'EDIT_REFUSED'],
    ['directives', `%YAML 1.2\n---\n${doc('a', '2')}`, 'EDIT_REFUSED'],
    ['the same object twice', join(doc('a', '2'), doc('a', '3')), 'EDIT_AMBIGUOUS'],
  ] as const)('%s', (_, to, code) => {
    expect(codeOf(() => takeObjects({ from: doc('a', '1'), to }, 'x.yaml', [a]))).toBe(code)
  })

  test('a result that changes other objects is EDIT_NOT_PROVEN', () => {
    const sides = { before: join(doc('a', '1'), doc('b', '1')), after: join(doc('a', '2'), doc('b', '2')) }
    expect(codeOf(() => proveOnlyObjects(sides, 'x.yaml', [a]))).toBe('EDIT_NOT_PROVEN')
    proveOnlyObjects(sides, 'x.yaml', [a, b])
  })
})

test('law: after it the chosen are as before, the others as after, and all of them are the text from before', () => {
  const file = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.constantFrom('1', '2', '3') }),
    { selector: ({ name }) => name },
  )
  const text = (docs: readonly { readonly name: string; readonly value: string }[]) =>
    join(...docs.map(({ name, value }) => doc(name, value)))
  fc.assert(
    fc.property(file, file, fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }), (from, to, chosen) => {
      const named = (list: readonly string[]) => list.map((name) => ({ kind: 'ConfigMap', name }))
      const sides = {
        from: from.length === 0 ? undefined : text(from),
        to: to.length === 0 ? undefined : text(to),
      }
      const made = takeObjects(sides, 'x.yaml', named(chosen)) ?? ''
      for (const name of ['a', 'b', 'c', 'd']) {
        const wanted = (chosen.includes(name) ? from : to).find((one) => one.name === name)
        const others = ['1', '2', '3'].filter((value) => value !== wanted?.value)
        if (wanted !== undefined) expect(made).toContain(doc(name, wanted.value))
        for (const value of others) expect(made).not.toContain(doc(name, value))
      }
      const whole = takeObjects(sides, 'x.yaml', named(['a', 'b', 'c', 'd'])) ?? ''
      // Where the order alone differs, nothing of the objects does.
      expect(whole.split('---\n').toSorted()).toEqual((sides.from ?? '').split('---\n').toSorted())
    }),
  )
})

function codeOf(work: () => unknown): string {
  try {
    work()
    return 'ended well'
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}
