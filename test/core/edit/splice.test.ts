import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#contract'
import { findScalar, readYaml, spliceScalar, toYaml } from '#core'
import type { DocumentSelector, FieldPath, ScalarValue } from '#core'

const web: DocumentSelector = { kind: 'Deployment', name: 'web' }
const replicas: FieldPath = ['spec', 'replicas']

function head(name = 'web'): string {
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n`
}

function set(text: string, to: ScalarValue = 5, path = replicas, document = web): string {
  return spliceScalar({ text, file: 'a.yaml', document, path }, to).text
}

/** The reason of a refusal; fails where the edit goes through. */
function refused(text: string, path = replicas, document = web): unknown {
  try {
    set(text, 5, path, document)
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.data?.reason]
    throw error
  }
  throw new Error('the edit went through')
}

describe('replacing a value', () => {
  it.each([
    ['a plain number', 'spec:\n  replicas: 3 # three\n', 'spec:\n  replicas: 5 # three\n'],
    [
      'odd indentation and spaces',
      'spec:\n      replicas:    3   # x\n',
      'spec:\n      replicas:    5   # x\n',
    ],
    ['a flow map', 'spec: {replicas: 3, paused: false}\n', 'spec: {replicas: 5, paused: false}\n'],
    ['a null', 'spec:\n  replicas: ~\n', 'spec:\n  replicas: 5\n'],
    ['an empty value', 'spec:\n  replicas:\n  paused: true\n', 'spec:\n  replicas: 5\n  paused: true\n'],
    [
      'an empty value with a comment',
      'spec:\n  replicas: # soon\n  a: 1\n',
      'spec:\n  replicas: 5 # soon\n  a: 1\n',
    ],
    ['no last line end', 'spec:\n  replicas: 3', 'spec:\n  replicas: 5'],
    ['an unused anchor', 'spec:\n  replicas: &n 3\n', 'spec:\n  replicas: &n 5\n'],
    ['an alias, at its use', 'x: &n 3\nspec:\n  replicas: *n\n', 'x: &n 3\nspec:\n  replicas: 5\n'],
    ['a tag', 'spec:\n  replicas: !!int 3\n', 'spec:\n  replicas: !!int 5\n'],
    ['an explicit key', 'spec:\n  ? replicas\n  : 3\n', 'spec:\n  ? replicas\n  : 5\n'],
    ['an octal number', 'spec:\n  replicas: 03\n', 'spec:\n  replicas: 5\n'],
    ['a quoted key', 'spec:\n  "replicas": 3\n', 'spec:\n  "replicas": 5\n'],
  ])('edits %s and nothing else', (_name, before, after) => {
    expect(set(head() + before)).toBe(head() + after)
  })

  it('keeps BOM, Windows line ends and the other documents of the file', () => {
    const file = (count: number) =>
      `\uFEFF# top\n---\n${head('api')}spec: {replicas: 3}\n---\n%not yaml {{ x }}: [\n---\n${head()}spec:\n  replicas: ${count}\n...\n`.replaceAll(
        '\n',
        '\r\n',
      )
    expect(set(file(3))).toBe(file(5))
  })

  it('finds the object inside a List, and by namespace where two share a name', () => {
    const list = (count: number) =>
      `apiVersion: v1\nkind: List\nitems:\n- ${head('api').trim().replaceAll('\n', '\n  ')}\n` +
      `- ${head().trim().replaceAll('\n', '\n  ')}\n  spec:\n    replicas: ${count}\n`
    expect(set(list(3))).toBe(list(5))
    const two = (count: number) =>
      `${head()}  namespace: a\nspec: {replicas: 3}\n---\n${head()}  namespace: b\nspec: {replicas: ${count}}\n`
    expect(set(two(3), 5, replicas, { ...web, namespace: 'b' })).toBe(two(5))
    expect(refused(two(3))).toEqual(['EDIT_AMBIGUOUS', 'two-documents'])
  })

  it('edits JSON', () => {
    const json = (count: number) =>
      JSON.stringify({ kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: count } }, null, '\t')
    expect(set(json(3))).toBe(json(5))
  })

  it.each([
    ['"3"', '"5"'],
    ["'3'", "'5'"],
  ])('keeps the quotes of %s', (before, after) => {
    expect(set(`web:\n  replicas: ${before}\n`, 5, ['web', 'replicas'], 'only')).toBe(
      `web:\n  replicas: ${after}\n`,
    )
  })

  it.each([
    ['v1.5', 'v1.5'],
    ['yes', '"yes"'],
    ['1e3', '"1e3"'],
    ['0644', '"0644"'],
    ['no: #', '"no: #"'],
    ['', '""'],
    ['a, b', '"a, b"'],
  ])('quotes the text %j where it would read as something else', (value, written) => {
    expect(set('a: {tag: x}\n', value, ['a', 'tag'], 'only')).toBe(`a: {tag: ${written}}\n`)
  })

  it('says line, before and after', () => {
    const text = `# c\n---\n${head()}spec:\n  replicas: 3 # three\n`
    expect(spliceScalar({ text, file: 'a.yaml', document: web, path: replicas }, 5)).toMatchObject({
      line: 8,
      before: '  replicas: 3 # three',
      after: '  replicas: 5 # three',
    })
    expect(findScalar({ text, file: 'a.yaml', document: web, path: replicas })).toEqual({ line: 8, value: 3 })
  })
})

describe('adding a key', () => {
  it.each([
    [
      'below its parent, above comments',
      'spec: # s\n  # the selector\n  selector: {}\n',
      'spec: # s\n  replicas: 5\n  # the selector\n  selector: {}\n',
    ],
    ['with Windows line ends', 'spec:\r\n    selector: {}', 'spec:\r\n    replicas: 5\r\n    selector: {}'],
    ['to a flow map', 'spec: {selector: {}}\n', 'spec: {replicas: 5, selector: {}}\n'],
    ['to an empty flow map', 'spec: {}\n', 'spec: {replicas: 5}\n'],
    [
      'beside a merge key',
      'x: &b {replicas: 3}\nspec:\n  <<: *b\n  a: 1\n',
      'x: &b {replicas: 3}\nspec:\n  replicas: 5\n  <<: *b\n  a: 1\n',
    ],
  ])('writes it %s', (_name, before, after) => {
    const start = before.includes('\r') ? head().replaceAll('\n', '\r\n') : head()
    expect(set(start + before)).toBe(start + after)
  })

  it('writes it as JSON where the map is JSON', () => {
    const text =
      '{\n  "kind": "Deployment", "metadata": {"name": "web"},\n  "spec": {\n    "paused": true\n  }\n}'
    expect(set(text)).toBe(text.replace('    "paused"', '    "replicas": 5,\n    "paused"'))
  })

  it('says that a line was added', () => {
    const text = `${head()}spec:\n  paused: true\n`
    const edit = spliceScalar({ text, file: 'a.yaml', document: web, path: replicas }, 5)
    expect(edit).toMatchObject({ line: 6, before: '', after: '  replicas: 5' })
  })
})

describe('refusing', () => {
  it.each([
    ['an anchor that is used elsewhere', 'spec:\n  replicas: &n 3\nx: *n\n', 'anchor'],
    ['a parent with an anchor in use', 'spec: &s\n  replicas: 3\nx: *s\n', 'anchor'],
    ['a parent that is an alias', 'x: &s\n  replicas: 3\nspec: *s\n', 'alias'],
    ['a parent from a merge key', 'x: &s {spec: {replicas: 3}}\n<<: *s\n', 'no-parent'],
    ['a block of text', 'spec:\n  replicas: |\n    3\n', 'block-text'],
    ['a map', 'spec:\n  replicas: {a: 1}\n', 'not-one-value'],
    ['duplicate keys', 'spec:\n  replicas: 3\n  replicas: 4\n', 'duplicate-keys'],
    ['tabs', 'spec:\n\treplicas: 3\n', 'unreadable'],
    ['a template', 'spec:\n  replicas: {{ .Values.n }}\n', 'template'],
    ['a missing parent', 'other: 1\n', 'no-parent'],
  ])('refuses %s', (_name, text, reason) => {
    expect(refused(head() + text)).toEqual(['EDIT_REFUSED', reason])
  })

  it('refuses what is not there, two documents of the same object, and no change', () => {
    expect(refused(head('api'))).toEqual(['EDIT_NO_SOURCE', 'no-document'])
    expect(refused(`${head()}---\n${head()}`)).toEqual(['EDIT_AMBIGUOUS', 'two-documents'])
    expect(refused('a: 1\n---\na: 2\n', ['a'], 'only')).toEqual(['EDIT_AMBIGUOUS', 'two-documents'])
    expect(refused(`${head()}spec:\n  replicas: 5\n`)).toEqual(['EDIT_NOTHING', undefined])
  })
})

describe('laws', () => {
  const scalar = fc.oneof(fc.integer({ min: 0, max: 999 }), fc.constantFrom('a', 'yes', 'x: y', '#', "it's"))
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      tie('map'),
    ),
    map: fc.dictionary(fc.constantFrom('a', 'b', 'replicas', 'c d', '1'), tie('node'), {
      minKeys: 1,
      maxKeys: 4,
    }),
  })).map

  it('changes one stretch of the text, and the undo of an edit gives the same bytes', () => {
    const layout = fc.record({ crlf: fc.boolean(), bom: fc.boolean(), cut: fc.boolean(), flow: fc.boolean() })
    fc.assert(
      fc.property(tree, fc.integer({ min: 1000, max: 9999 }), layout, fc.nat(), (value, to, how, pick) => {
        const found = [...numbersIn(value, [])]
        fc.pre(found.length > 0)
        const [path, from] = found[pick % found.length] ?? [[], 0]
        const printed = `# first\n${how.flow ? `${JSON.stringify(value)}\n` : toYaml(value)}# last\n`
        const cut = how.cut ? printed.trimEnd() : printed
        const text = (how.bom ? '\uFEFF' : '') + (how.crlf ? cut.replaceAll('\n', '\r\n') : cut)
        const edited = set(text, to, path, 'only')
        expect(edited.replace(String(to), String(from))).toBe(text)
        expect(set(edited, from, path, 'only')).toBe(text)
      }),
    )
  })

  it('adds a key so that everything else reads the same', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (value, flow) => {
        fc.pre(!('fresh' in (value as object)))
        const text = flow ? JSON.stringify(value, null, 2) : toYaml({ up: value })
        const edited = set(text, 7, flow ? ['fresh'] : ['up', 'fresh'], 'only')
        const expected = { ...(value as object), fresh: 7 }
        expect(readYaml(edited)).toEqual(flow ? expected : { up: expected })
      }),
    )
  })
})

function* numbersIn(value: unknown, path: FieldPath): Generator<[FieldPath, number]> {
  if (typeof value === 'number') yield [path, value]
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* numbersIn(item, [...path, index])
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) yield* numbersIn(item, [...path, key])
}
