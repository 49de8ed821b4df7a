import { afterAll, expect, test } from 'vitest'
import { AppError } from '#contract'
import { createRenderer } from '../../../src/engine/render/index.ts'
import type { RenderRequest } from '../../../src/engine/render/index.ts'
import { testPool } from './test-pool.ts'
import { treeOf } from './tree-of.ts'

const pool = testPool()
const renderer = createRenderer(pool)
afterAll(() => pool.close())

const helm = { releaseName: 'r', namespace: 'n', valuesFiles: [] }
const chart = (template: string) => ({
  'app/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n',
  'app/templates/a.yaml': template,
})
const cm = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'

async function codeOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  request: Omit<RenderRequest, 'source' | 'path'>,
): Promise<string> {
  try {
    const result = await renderer.render({ ...request, source: treeOf(files), path: 'app' })
    return (
      result.problems
        .map(({ code, file, line }) => `${code}${file === undefined ? '' : ` ${file}:${line}`}`)
        .join(' ') || 'rendered'
    )
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

const kustomize = (lines: string, more: Readonly<Record<string, string>> = {}) => ({
  'app/kustomization.yaml': lines,
  ...more,
})

test.each([
  [
    'a remote base',
    kustomize('resources: ["https://github.com/example/repo//base?ref=v1"]\n'),
    'RENDER_REMOTE_BASE',
  ],
  [
    'a remote base by ssh',
    kustomize('resources: ["git@github.com:example/repo.git"]\n'),
    'RENDER_REMOTE_BASE',
  ],
  ['a remote component', kustomize('components: [github.com/example/repo/part]\n'), 'RENDER_REMOTE_BASE'],
  [
    'helmCharts',
    kustomize('helmCharts:\n  - { name: x, repo: https://example.org }\n'),
    'RENDER_HELM_CHARTS_FIELD',
  ],
  [
    'an exec plugin',
    kustomize('transformers: [t.yaml]\n', {
      'app/t.yaml':
        'apiVersion: example.org/v1\nkind: Mine\nmetadata:\n  name: m\n  annotations:\n    config.kubernetes.io/function: |\n      exec: { path: ./run }\n',
    }),
    'RENDER_PLUGIN_REFUSED',
  ],
  ['a file that is not there', kustomize('resources: [none.yaml]\n'), 'RENDER_FAILED'],
  [
    'a link out of the repository',
    { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': '-> ../../etc/passwd' },
    'RENDER_SYMLINK_OUTSIDE',
  ],
  [
    'a link inside the repository',
    {
      'app/kustomization.yaml': 'resources: [a.yaml]\n',
      'app/a.yaml': '-> ../other/b.yaml',
      'other/b.yaml': cm,
    },
    'rendered',
  ],
])('kustomize: %s', async (_title, files, code) => {
  expect(await codeOf(files, { tool: 'kustomize' })).toBe(code)
})

test.each([
  [
    'a dependency that is not vendored',
    {
      ...chart(cm),
      'app/Chart.yaml':
        'apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies:\n  - { name: db, version: 1.0.0, repository: https://example.org }\n',
    },
    'RENDER_CHART_DEPENDENCY_MISSING',
  ],
  ['a template that fails', chart('{{ fail "no" }}'), 'RENDER_FAILED'],
  ['random values', chart(`${cm}data: { x: {{ randAlphaNum 16 | quote }} }`), 'RENDER_NOT_STABLE'],
  ['random words that change nothing', chart(`${cm}data: { x: {{ randAlphaNum 0 | quote }} }`), 'rendered'],
  [
    'a chart without templates',
    { 'app/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n' },
    'rendered',
  ],
])('helm: %s', async (_title, files, code) => {
  expect(await codeOf(files, { tool: 'helm', helm })).toBe(code)
})

test('an endless template is ended, and the next render works', async () => {
  const endless = chart('{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}')
  expect(await codeOf(endless, { tool: 'helm', helm, timeoutMs: 1_500 })).toBe('RENDER_TIMEOUT')
  expect(await codeOf(chart(cm), { tool: 'helm', helm })).toBe('rendered')
})

test('a template that asks for all memory is ended, and the next render works', async () => {
  const glutton = chart('{{ range $i := until 1000000000 }}{{ $i }}{{ end }}')
  expect(await codeOf(glutton, { tool: 'helm', helm })).toBe('RENDER_TOO_LARGE')
  expect(await codeOf(chart(cm), { tool: 'helm', helm })).toBe('rendered')
})

test.each([
  [
    'broken YAML says file and line',
    { 'app/a.yaml': 'apiVersion: v1\nkind: [\n' },
    /^MANIFEST_INVALID app\/a\.yaml:\d/,
  ],
  ['a binary file', { 'app/a.yaml': new Uint8Array([0, 255, 254, 0]) }, /^MANIFEST_INVALID/],
  [
    'an alias bomb',
    {
      'app/a.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map(
          (name, index) =>
            `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(',')}]`,
        )
        .join('\n')}\n`,
    },
    /^MANIFEST_(INVALID|TOO_LARGE)/,
  ],
  [
    'a manifest of 5 MB',
    { 'app/a.yaml': `${cm}data:\n  big: "${'x'.repeat(5 * 1024 * 1024)}"\n` },
    /^rendered$/,
  ],
  ['a file of 40 MB', { 'app/a.yaml': 'x'.repeat(40 * 1024 * 1024) }, /^RENDER_TOO_LARGE$/],
  ['no such folder', { 'other/a.yaml': cm }, /^RENDER_PATH_MISSING$/],
])('plain: %s', async (_title, files, code) => {
  expect(await codeOf(files, { tool: 'plain' })).toMatch(code)
})

test('a commit that touches none of the inputs is not rendered again', async () => {
  const files = { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': cm }
  const first = await renderer.render({ source: treeOf(files), path: 'app', tool: 'kustomize' })
  const second = await renderer.render({
    source: treeOf({ ...files, 'README.md': 'x' }),
    path: 'app',
    tool: 'kustomize',
  })
  expect(second).toBe(first)
  const third = await renderer.render({
    source: treeOf({ ...files, 'app/a.yaml': cm.replace('name: a', 'name: b') }),
    path: 'app',
    tool: 'kustomize',
  })
  expect(third.manifests[0]?.key.name).toBe('b')
  expect(first.inputs.map(({ path, oid }) => `${path} ${oid === 'absent'}`)).toEqual([
    'app/Kustomization true',
    'app/a.yaml false',
    'app/kustomization.yaml false',
    'app/kustomization.yml true',
  ])
})
