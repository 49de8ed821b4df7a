import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { isAppliedAsIs, withAt } from '../../../src/core/index.ts'
import type { JsonObject } from '../../../src/core/index.ts'
import { createWasmMerge } from '../../../src/engine/sync/index.ts'
import { testPool } from '../render/test-pool.ts'

// What the record of fields proves is held against upstream's own merge.

const pool = testPool()
afterAll(() => pool.close())
const merge = createWasmMerge(pool)
const recorded = JSON.parse(
  brotliDecompressSync(
    readFileSync(join(import.meta.dirname, '../../../src/demo/schemas/openapi.json.br')),
  ).toString(),
) as Readonly<Record<string, JsonObject>>
const openapi = recorded['apis/apps/v1'] ?? {}

async function apply(applied: JsonObject, live: JsonObject | undefined, manager = 'wheelhouse') {
  const result = await merge({ live, applied, manager, force: false, openapi })
  return 'object' in result ? result.object : undefined
}

/** Times aside: an apply that changes nothing keeps them. */
const withoutFields = (object: JsonObject | undefined) =>
  withAt(object ?? {}, ['metadata', 'managedFields'], [])

const name = fc.constantFrom('a', 'b', 'c')
const text = fc.constantFrom('1', '2', 'x=y', '')
const port = fc.record(
  {
    containerPort: fc.constantFrom(80, 81),
    protocol: fc.constantFrom('TCP', 'UDP'),
    name: fc.constantFrom('p', 'q'),
  },
  { requiredKeys: ['containerPort'] },
)
const container = fc.record(
  {
    name,
    image: text,
    args: fc.array(text, { maxLength: 2 }),
    env: fc.uniqueArray(fc.record({ name, value: text }, { requiredKeys: ['name'] }), {
      selector: (one) => one.name,
      minLength: 1,
      maxLength: 3,
    }),
    ports: fc.uniqueArray(port, {
      selector: (one) => `${one.containerPort}/${one.protocol ?? 'TCP'}`,
      minLength: 1,
      maxLength: 2,
    }),
    resources: fc.record({ limits: fc.record({ cpu: fc.constantFrom('1', '1000m') }) }),
    securityContext: fc.constantFrom({}, { readOnlyRootFilesystem: true }),
  },
  { requiredKeys: ['name'] },
)
const deployment = fc
  .record({
    labels: fc.option(fc.dictionary(name, text, { maxKeys: 2 }), { nil: undefined }),
    finalizers: fc.option(fc.uniqueArray(fc.constantFrom('a/x', 'b/x'), { maxLength: 2 }), {
      nil: undefined,
    }),
    replicas: fc.option(fc.constantFrom(0, 1, 3), { nil: undefined }),
    containers: fc.uniqueArray(container, { selector: (one) => one.name, minLength: 1, maxLength: 3 }),
  })
  .map(({ labels, finalizers, replicas, containers }): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'team',
      ...(labels === undefined ? {} : { labels }),
      ...(finalizers === undefined ? {} : { finalizers }),
    },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  }))

test(
  'what is proved to be applied as it is, the next apply leaves as it is',
  { timeout: 60_000 },
  async () => {
    let proved = 0
    await fc.assert(
      fc.asyncProperty(deployment, deployment, fc.boolean(), async (first, second, foreign) => {
        const ours = await apply(first, undefined)
        const other = foreign ? await apply(second, ours, 'other') : ours
        const live = other ?? ours ?? {}
        for (const payload of [first, second]) {
          if (!isAppliedAsIs(payload, live)) continue
          proved += 1
          expect(withoutFields(await apply(payload, live))).toEqual(withoutFields(live))
        }
      }),
      { numRuns: 100 },
    )
    expect(proved).toBeGreaterThan(50)
  },
)

test.each([
  ['a value that differs', { replicas: 4 }],
  ['a field more', { paused: true }],
  ['a field less', { replicas: undefined }],
])('%s is for the server to tell', async (_words, change) => {
  const payload = deploymentOf({ replicas: 3 })
  const live = (await apply(payload, undefined)) ?? {}
  expect(isAppliedAsIs(payload, live)).toBe(true)
  expect(isAppliedAsIs(deploymentOf({ replicas: 3, ...change }), live)).toBe(false)
})

test('an order that differs is for the server to tell', async () => {
  const live = (await apply(deploymentOf({}, ['a', 'b']), undefined)) ?? {}
  expect(isAppliedAsIs(deploymentOf({}, ['b', 'a']), live)).toBe(false)
})

test('what another tool applied or changed is for the server to tell', async () => {
  const payload = deploymentOf({ replicas: 3 })
  expect(isAppliedAsIs(payload, (await apply(payload, undefined, 'argocd-controller')) ?? {})).toBe(false)
  const ours = (await apply(payload, undefined)) ?? {}
  expect(isAppliedAsIs(payload, withAt(ours, ['spec', 'replicas'], 5))).toBe(false)
})

function deploymentOf(spec: Readonly<Record<string, unknown>>, containers = ['a']): JsonObject {
  return JSON.parse(
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'team' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: containers.map((one) => ({ name: one, image: 'x' })) },
        },
        ...spec,
      },
    }),
  ) as JsonObject
}
