import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { AppError } from '#contract'
import { createRenderer } from '../../../src/engine/render/index.ts'
import type { RenderResult } from '../../../src/engine/render/index.ts'
import { testPool } from './test-pool.ts'
import { treeOf } from './tree-of.ts'

const pool = testPool()
const renderer = createRenderer(pool)
afterAll(() => pool.close())

type Files = Readonly<Record<string, string | Uint8Array>>
const cm = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'
const meta = (name: string, more = '') => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`
const chart = (template: string, more: Files = {}): Files => ({
  'app/Chart.yaml': meta('c'),
  'app/templates/a.yaml': template,
  ...more,
})

function helm(files: Files, values: readonly string[] = []): Promise<RenderResult> {
  return renderer.render({
    source: treeOf(files),
    path: 'app',
    tool: 'helm',
    helm: { releaseName: 'r', namespace: 'n', valuesFiles: values },
  })
}

async function failure(call: Promise<unknown>): Promise<AppError> {
  try {
    await call
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('It was rendered.')
}

/** A chart packed as `helm package` does: a tar of one folder, gzipped. */
function packed(name: string, files: Readonly<Record<string, string>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const header = Buffer.alloc(512)
    header.write(`${name}/${path}`, 0)
    header.write('0000644\0', 100)
    header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0        0ustar\u000000', 136)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512)
    body.write(text)
    return [header, body]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

const packedChild = (template: string) => ({
  'app/charts/child-0.1.0.tgz': packed('child', {
    'Chart.yaml': meta('child'),
    'templates/a.yaml': template,
  }),
})

test.each<[string, Files, (readonly string[])?]>([
  ['a date without its time', chart(`${cm}data: { on: {{ now | date "2006-01-02" | quote }} }`)],
  ['a time of the day', chart(`${cm}data: { at: {{ now | date "15:04" | quote }} }`)],
  ['a date of what is no time', chart(`${cm}data: { on: {{ date "2006" "" | quote }} }`)],
  ['random letters', chart(`${cm}data: { x: {{ randAlphaNum 16 | quote }} }`)],
  ['random numbers', chart(`${cm}data: { x: {{ randInt 0 1000000000 | quote }} }`)],
  ['a UUID', chart(`${cm}data: { x: {{ uuidv4 }} }`)],
  ['a salted hash', chart(`${cm}data: { x: {{ htpasswd "a" "b" | quote }} }`)],
  ['a cipher', chart(`${cm}data: { x: {{ encryptAES "secretkey" "plain" | quote }} }`)],
  [
    'randomness that values bring in',
    chart(`${cm}data: { x: {{ tpl .Values.text . | quote }} }`, {
      'prod.yaml': 'text: "{{ randInt 0 1000000000 }}"\n',
    }),
    ['prod.yaml'],
  ],
  [
    'randomness in a packed subchart',
    chart(cm, packedChild(`${cm}data: { x: {{ randAlphaNum 16 | quote }} }`)),
  ],
  [
    'shuffling in a packed subchart',
    chart(cm, packedChild(`${cm}data: { x: {{ shuffle "abcdefghijklmnopqrstuvwxyz" | quote }} }`)),
  ],
])('not stable: %s', async (_title, files, values) => {
  const { code } = await failure(helm(files, values))
  expect(code).toBe('RENDER_NOT_STABLE')
})

test('a packed subchart is rendered', async () => {
  const { manifests } = await helm(chart(cm, packedChild(cm.replace('name: a', 'name: packed'))))
  expect(manifests.map(({ key }) => key.name).toSorted()).toEqual(['a', 'packed'])
})

test('a year that is only compared does no harm', async () => {
  const { manifests } = await helm(chart(`${cm}data: { x: {{ lt 2000 (now | date "2006" | int) | quote }} }`))
  expect(manifests[0]?.object['data']).toEqual({ x: 'true' })
})

test('CRDs of several subcharts come in one order', async () => {
  const crd = (name: string) => ({
    [`app/charts/${name}/Chart.yaml`]: meta(name),
    [`app/charts/${name}/crds/one.yaml`]: `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${name}.example.org }\n`,
  })
  const files = chart(`${cm}data: { x: {{ randAlphaNum 0 | quote }} }`, {
    ...Object.assign({}, ...['e', 'b', 'd', 'a', 'c'].map(crd)),
  })
  const { manifests } = await helm(files)
  expect(manifests.slice(0, 5).map(({ key }) => key.name[0])).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test.each<[string, Files, RegExp]>([
  [
    'another Kubernetes',
    { ...chart(cm), 'app/Chart.yaml': meta('c', 'kubeVersion: "<1.20.0"\n') },
    /requires kubeVersion: <1\.20\.0/,
  ],
  ['a library', { ...chart(cm), 'app/Chart.yaml': meta('c', 'type: library\n') }, /not installable/],
  [
    'values that its schema refuses',
    chart(cm, {
      'app/values.yaml': 'port: high\n',
      'app/values.schema.json': '{"properties":{"port":{"type":"integer"}}}',
    }),
    /port/,
  ],
  ['an unknown rule in .helmignore', chart(cm, { 'app/.helmignore': '**/x\n' }), /double-star/],
])('helm refuses %s', async (_title, files, words) => {
  const error = await failure(helm(files))
  expect(error.code).toBe('RENDER_FAILED')
  expect(error.message).toMatch(words)
})

test.each([
  ['a template that fails', chart(`${cm}data:\n  x: {{ .Values.none.deeper }}\n`), 5],
  ['a template that cannot be parsed', chart(`${cm}data:\n  x: {{ if }}\n`), 5],
  ['a helper that fails', chart(`${cm}data: {{ include "none" . }}\n`), 4],
])('%s: its file and line are given', async (_title, files, line) => {
  const error = await failure(helm(files))
  expect(error.subject).toBe(`app/templates/a.yaml:${line}`)
  expect(error.data).toEqual({ file: 'app/templates/a.yaml', line })
})

test('inputs are what makes the chart; other files only where a template may read them', async () => {
  const files = chart(cm, {
    'app/README.md': 'read me',
    'app/values-prod.yaml': 'a: 1\n',
    'x.yaml': 'b: 2\n',
  })
  const paths = ({ inputs }: RenderResult) => inputs.map(({ path }) => path)
  expect(paths(await helm(files, ['x.yaml']))).toEqual(['app/Chart.yaml', 'app/templates/a.yaml', 'x.yaml'])
  const reading = {
    ...files,
    'app/templates/a.yaml': `${cm}data: { x: {{ .Files.Get "README.md" | quote }} }`,
  }
  const result = await helm(reading)
  expect(result.manifests[0]?.object['data']).toEqual({ x: 'read me' })
  expect(paths(result)).toContain('app/README.md')
})

test('links and what they lead to are inputs: a change behind one is seen', async () => {
  const files = {
    'app/kustomization.yaml': 'resources: [linked.yaml, base]\n',
    'app/linked.yaml': '-> ../shared/a.yaml',
    'app/base': '-> ../elsewhere',
    'shared/a.yaml': cm,
    'elsewhere/kustomization.yaml': 'resources: [b.yaml]\n',
    'elsewhere/b.yaml': cm.replace('name: a', 'name: b'),
  }
  const render = (changed: Files) =>
    renderer.render({ source: treeOf({ ...files, ...changed }), path: 'app', tool: 'kustomize' })
  const first = await render({})
  expect(first.inputs.filter(({ oid }) => oid !== 'absent').map(({ path }) => path)).toEqual([
    'app/base',
    'app/kustomization.yaml',
    'app/linked.yaml',
    'elsewhere/b.yaml',
    'elsewhere/kustomization.yaml',
    'shared/a.yaml',
  ])
  expect(await render({ 'other.txt': 'x' })).toBe(first)
  const changed = await render({ 'elsewhere/b.yaml': cm.replace('name: a', 'name: c') })
  expect(changed.manifests.map(({ key }) => key.name)).toEqual(['a', 'c'])
})

test('plain folders leave kustomizations out', async () => {
  const files = { 'app/a.yaml': cm, 'app/sub/kustomization.yaml': 'resources: [b.yaml]\n' }
  const result = await renderer.render({ source: treeOf(files), path: 'app', tool: 'plain' })
  expect(result.problems).toEqual([])
  expect(result.manifests).toHaveLength(1)
})

test('a plain render is cancelled between two files', async () => {
  const aborted = renderer.render({
    source: treeOf({ 'app/never.yaml': cm }),
    path: 'app',
    tool: 'plain',
    signal: AbortSignal.abort(),
  })
  expect((await failure(aborted)).code).toBe('CANCELLED')
})

const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  a: &a [x,x,x,x,x,x,x,x,x]\n${[
  'b',
  'c',
  'd',
  'e',
  'f',
  'g',
  'h',
  'i',
  'j',
]
  .map(
    (name, index) =>
      `  ${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index]}`).join(',')}]\n`,
  )
  .join('')}`

test('an alias bomb ends a kustomization', async () => {
  const files = { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': bomb }
  const call = renderer.render({ source: treeOf(files), path: 'app', tool: 'kustomize', timeoutMs: 1_500 })
  expect((await failure(call)).code).toMatch(/^RENDER_(FAILED|TOO_LARGE|TIMEOUT)$/)
})

test('an alias bomb out of a chart is a problem of its text', async () => {
  const result = await helm(chart(bomb)).then(
    ({ problems }) => problems.map(({ code }) => code),
    (error: unknown) => [error instanceof AppError ? error.code : String(error)],
  )
  expect(result.join(' ')).toMatch(/^(MANIFEST_(INVALID|TOO_LARGE)|RENDER_(FAILED|TOO_LARGE|TIMEOUT))$/)
})
