import { afterAll, expect, test } from 'vitest'
import { AppError } from '#contract'
import { createRenderer } from '../../../src/engine/render/index.ts'
import type { RenderRequest } from '../../../src/engine/render/index.ts'
import { testPool } from './test-pool.ts'
import { treeOf } from './tree-of.ts'

const pool = testPool()
const renderer = createRenderer(pool)
afterAll(() => pool.close())

const secret = 'hush-1234/5678+z'
const helm = { releaseName: 'r', namespace: 'n', valuesFiles: ['app/values.yaml'] }
const chart = (values: string, template: string, more = {}) => ({
  'app/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n',
  'app/values.yaml': values,
  'app/templates/a.yaml': template,
  ...more,
})
const schema = JSON.stringify({ properties: { password: { pattern: '^[0-9]+$' } } })
const patched = `patches:
  - target: { kind: Secret }
    patch: |-
      kind: Secret
      stringData: { pin: "${secret}" }
      - [
`
type Case = readonly [string, Readonly<Record<string, string>>, Omit<RenderRequest, 'source' | 'path'>]

test.each<Case>([
  [
    'a chart that complains with the value',
    chart(`password: ${secret}\n`, '{{ fail (printf "%s is weak" .Values.password) }}'),
    { tool: 'helm', helm },
  ],
  [
    "a chart's schema",
    chart(`password: ${secret}\n`, '', { 'app/values.schema.json': schema }),
    { tool: 'helm', helm },
  ],
  [
    'values given in the app',
    chart('', '{{ fail .Values.db.password }}'),
    { tool: 'helm', helm: { ...helm, values: { db: { password: secret } } } },
  ],
  ['a broken patch of a Secret', { 'app/kustomization.yaml': patched }, { tool: 'kustomize' }],
  [
    'a value that reads as an alias',
    {
      'app/a.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData:\n  pin: *${secret}\n`,
    },
    { tool: 'plain' },
  ],
])('what %s says is told without the secret', async (_name, files, request) => {
  const said = await renderer.render({ ...request, source: treeOf(files), path: 'app' }).then(
    ({ problems }) => JSON.stringify(problems),
    (error: unknown) => (error instanceof AppError ? `${error.code} ${error.message}` : 'unexpected'),
  )
  expect(said).toMatch(/RENDER_FAILED|MANIFEST_INVALID/)
  expect(said).toContain('(secret)')
  expect(said).not.toContain('hush')
})
