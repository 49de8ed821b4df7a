import { expect, test } from 'vitest'
import { managersOf, notesFor, redactLine, sameObject, stepsTo, targetsAt, valueText, verdictOf } from '#core'
import type { JsonObject, Manifest, Probe, Target } from '#core'

const decode = (text: string) => (text.startsWith('b64:') ? text.slice(4) : undefined)
const mark = '-m'

function web(spec: JsonObject, name = 'web', kind = 'Deployment'): Manifest {
  return {
    key: { group: 'apps', kind, namespace: '', name },
    object: { apiVersion: 'apps/v1', kind, metadata: { name }, spec },
  }
}

function one(manifest: Manifest, path: string): Target {
  const [target] = targetsAt(manifest, path, decode)
  if (target === undefined) throw new Error(`${path} is not there`)
  return target
}

type Case = readonly [string, JsonObject, JsonObject, Omit<Probe, 'edits'>, boolean, string | undefined]
const cases: readonly Case[] = [
  ['a number follows', { a: 3 }, { a: 4 }, { from: 3, to: 4 }, false, 'whole'],
  ['nothing moved', { a: 3 }, { a: 3 }, { from: 3, to: 4 }, true, undefined],
  [
    'another number than the trial said, where nothing computes',
    { a: 3 },
    { a: 9 },
    { from: 3, to: 4 },
    false,
    undefined,
  ],
  ['the same where a template computes', { a: 3 }, { a: 9 }, { from: 3, to: 4 }, true, 'decides'],
  ['a number within text', { a: 'x:80' }, { a: 'x:81' }, { from: 80, to: 81 }, false, 'part'],
  ['marked text follows', { a: 'x' }, { a: 'x-m' }, { from: 'x', to: 'x-m', mark }, false, 'whole'],
  ['a mark within the text', { a: 'x:1' }, { a: 'x-m:1' }, { from: 'x', to: 'x-m', mark }, false, 'part'],
  [
    'a literal with its key in front',
    { a: 'x' },
    { a: 'x-m' },
    { from: 'A=x', to: 'A=x-m', mark },
    false,
    'whole',
  ],
  [
    'a mark with something else lost: a patch fell off',
    { a: 'x:2' },
    { a: 'x-m:1' },
    { from: 'x:1', to: 'x-m:1', mark },
    false,
    undefined,
  ],
  ['a field that went away', { a: 'x' }, {}, { from: 'x', to: 'x-m', mark }, true, undefined],
  ['a switch', { a: true }, { a: false }, { from: true, to: false }, false, 'whole'],
  ['a switch that chooses a text', { a: 'on' }, { a: 'off' }, { from: true, to: false }, true, 'decides'],
]
test.each(cases)('verdict: %s', (...[, before, after, probe, computes, expected]) => {
  const was = web(before)
  const target = one(was, '.spec.a')
  expect(
    verdictOf({
      target,
      probe: { edits: [], ...probe },
      before: [was],
      after: [web(after)],
      decode,
      computes,
    }),
  ).toBe(expected)
})

test('a list item is found again when the trial changed its key', () => {
  const before = web({ ports: [{ containerPort: 80 }], containers: [{ name: 'a' }] })
  const after = web({ ports: [{ containerPort: 81 }], containers: [{ name: 'a-m' }] })
  const verdict = (path: string, probe: Omit<Probe, 'edits'>) =>
    verdictOf({
      target: one(before, path),
      probe: { edits: [], ...probe },
      before: [before],
      after: [after],
      decode,
      computes: false,
    })
  expect([
    verdict('.spec.ports[containerPort=80,protocol="TCP"].containerPort', { from: 80, to: 81 }),
    verdict('.spec.containers[name="a"].name', { from: 'a', to: 'a-m', mark }),
  ]).toEqual(['whole', 'whole'])
})

test('an object is found again under another name, namespace or hash', () => {
  const before = [web({}, 'web'), web({}, 'cfg-abcdefghij'), web({}, 'other')]
  const keyOf = (index: number) => before[index]?.key ?? { group: '', kind: 'X', namespace: '', name: '' }
  const after = [web({}, 'web-m'), web({}, 'cfg-0123456789'), web({}, 'other')]
  expect([0, 1, 2].map((index) => sameObject(keyOf(index), before, after, mark)?.key.name)).toEqual([
    'web-m',
    'cfg-0123456789',
    'other',
  ])
  expect(sameObject(keyOf(0), before, [web({}, 'else')], mark)).toBeUndefined()
})

test("targets: every value of a field, items by their keys; a Secret's values in clear for the trial alone", () => {
  const manifest = web({ containers: [{ name: 'a', args: ['x', 'y'] }] })
  expect(targetsAt(manifest, '.spec.containers', decode).map(({ path }) => path)).toEqual([
    '.spec.containers[name="a"].name',
    '.spec.containers[name="a"].args[0]',
    '.spec.containers[name="a"].args[1]',
  ])
  const secret: Manifest = {
    key: { group: '', kind: 'Secret', namespace: '', name: 's' },
    object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { pin: 'b64:4711' } },
  }
  expect(one(secret, '.data.pin')).toMatchObject({ plain: '4711', secret: true })
  expect(one(secret, '.metadata.name')).toMatchObject({ plain: 's', secret: false })
})

test('steps of a path are what the object really has', () => {
  const object = { data: { 'a.b': 'x', a: { c: 1 } }, list: [{ name: 'p', v: 1 }] }
  expect([
    stepsTo(object, '.data.a.b'),
    stepsTo(object, '.data.a.c'),
    stepsTo(object, '.list[name="p"].v'),
    stepsTo(object, '.no'),
  ]).toEqual([['data', 'a.b'], ['data', 'a', 'c'], ['list', 0, 'v'], undefined])
})

test('managers: who owns the field itself, what it lies in, or anything below it', () => {
  const entry = (manager: string, fieldsV1: JsonObject) => ({
    manager,
    operation: 'Apply',
    time: '2026-11-01T00:00:00Z',
    fieldsV1,
  })
  const object = {
    metadata: {
      managedFields: [
        entry('wheelhouse', { 'f:spec': { 'f:replicas': {}, 'f:args': {} } }),
        entry('kubectl', { 'f:spec': { 'f:template': { 'f:a': {} } } }),
      ],
    },
  }
  const names = (path: string) => managersOf(object, path).map(({ manager }) => manager)
  expect(
    ['.spec.replicas', '.spec.args[0]', '.spec.template', '.spec.template.b', '.spec'].map(names),
  ).toEqual([['wheelhouse'], ['wheelhouse'], ['kubectl'], [], ['wheelhouse', 'kubectl']])
})

test('one line of a file is masked where the file is, and stays on its line', () => {
  const text =
    'kind: Secret\nmetadata: { name: s }\nstringData:\n  a: |\n    hush one\n    hush two\n  b: hush three\n---\nkind: ConfigMap\ndata: { c: open }\npassword: hush four\n'
  const lines = text.split('\n').map((_line, index) => redactLine(text, index + 1))
  expect(lines.join('\n')).not.toContain('hush')
  expect([lines[2], lines[6], lines[9], lines[10]]).toEqual([
    'stringData:',
    '  b: (secret)',
    'data: { c: open }',
    'password: (secret)',
  ])
})

test('values in words', () => {
  expect([3, 'x', true, undefined, { a: [1] }].map(valueText)).toEqual([
    '3',
    'x',
    'true',
    'not set',
    '{"a":[1]}',
  ])
  expect(valueText('y'.repeat(500))).toHaveLength(402)
})

test('notes say what no place was proved for', () => {
  const target = one(web({ a: 3 }), '.spec.a')
  const base = {
    tool: 'helm' as const,
    targets: [target],
    namespace: 'shop',
    boundedAt: undefined,
    templates: [],
  }
  expect(notesFor({ ...base, explained: new Set(['.spec.a']) })).toEqual([])
  expect(notesFor({ ...base, explained: new Set(), boundedAt: 60, templates: ['t.yaml'] })).toEqual([
    'Looked at no more places after 60 trials: there may be others.',
    'No line could be proved: with each likely place changed the field stayed as it is. It is written by t.yaml, in a way that no trial moves.',
  ])
  const own = { ...target, path: '.metadata.namespace', value: 'shop', plain: 'shop' }
  expect(notesFor({ ...base, targets: [own], explained: new Set() })).toEqual([
    "No file says it: it is the namespace of the app's destination.",
  ])
})
