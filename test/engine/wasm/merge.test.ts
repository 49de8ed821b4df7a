import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '#contract'
import { testPool } from '../render/test-pool.ts'

// Upstream's field manager with the schemas of a real API server (recorded for the simulated cluster).

type Entry = {
  readonly manager: string
  readonly operation: string
  readonly subresource?: string
  readonly time?: string
  readonly fieldsV1: Readonly<Record<string, unknown>>
}
type Deployment = {
  readonly metadata: { readonly managedFields?: readonly Entry[] } & Readonly<Record<string, unknown>>
  readonly spec: {
    readonly replicas?: number
    readonly template: { readonly spec: { readonly containers: readonly Record<string, unknown>[] } }
  } & Readonly<Record<string, unknown>>
}
type Result = {
  readonly object?: Deployment
  readonly causes?: readonly {
    readonly reason: string
    readonly message: string
    readonly field: string
  }[]
}

const pool = testPool()
afterAll(() => pool.close())
const recorded = JSON.parse(
  brotliDecompressSync(
    readFileSync(join(import.meta.dirname, '../../../src/demo/schemas/openapi.json.br')),
  ).toString(),
) as Readonly<Record<string, unknown>>
const schemas = 'apps'

async function merge(request: Readonly<Record<string, unknown>>, at = '2026-01-01T00:00:00Z') {
  const answer = await pool.call('merge', { schemas, ...request }, { nowMs: Date.parse(at) })
  if (!('result' in answer)) throw new Error(`It asks for ${answer.missing.join(', ')}.`)
  return answer.result as Result
}

async function merged(request: Readonly<Record<string, unknown>>, at?: string): Promise<Deployment> {
  const { object, causes } = await merge(request, at)
  if (object === undefined) throw new Error(`It conflicts: ${JSON.stringify(causes)}`)
  return object
}

function web(
  spec: Readonly<Record<string, unknown>>,
  containers: readonly unknown[] = [{ name: 'web', image: 'a:1' }],
) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'team' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
      ...spec,
    },
  }
}

const managers = (object: Deployment) =>
  (object.metadata.managedFields ?? []).map(
    ({ manager, operation, subresource = '' }) => `${manager} ${operation} ${subresource}`,
  )

beforeAll(async () => {
  const asked = await pool.call('merge', { op: 'apply', object: web({}), manager: 'w', schemas })
  expect(asked).toEqual({ missing: [schemas] })
  await merge({ op: 'apply', object: web({}), manager: 'w', documents: [recorded['apis/apps/v1']] })
})

test('an apply without a live object creates it and owns what it says', async () => {
  const object = await merged({ op: 'apply', object: web({ replicas: 3 }), manager: 'wheelhouse' })
  expect(object.spec.replicas).toBe(3)
  const [entry, ...others] = object.metadata.managedFields ?? []
  expect(others).toEqual([])
  expect(entry).toMatchObject({
    manager: 'wheelhouse',
    operation: 'Apply',
    time: '2026-01-01T00:00:00Z',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  })
})

test('the same apply later changes nothing, its time included', async () => {
  const live = await merged({ op: 'apply', object: web({ replicas: 3 }), manager: 'wheelhouse' })
  const again = await merged(
    { op: 'apply', live, object: web({ replicas: 3 }), manager: 'wheelhouse' },
    '2026-02-02T00:00:00Z',
  )
  expect(again).toEqual(live)
})

test("another manager's field conflicts, with its name and the field; force takes it over", async () => {
  const live = await merged({ op: 'apply', object: web({ replicas: 3 }), manager: 'wheelhouse' })
  const request = { op: 'apply', live, object: web({ replicas: 5 }), manager: 'other' }
  expect((await merge(request)).causes).toEqual([
    {
      reason: 'FieldManagerConflict',
      message: expect.stringContaining('conflict with "wheelhouse"') as string,
      field: '.spec.replicas',
    },
  ])
  const forced = await merged({ ...request, force: true })
  expect(forced.spec.replicas).toBe(5)
  expect(managers(forced).toSorted()).toEqual(['other Apply ', 'wheelhouse Apply '])
})

test('equal values are shared without a conflict', async () => {
  const live = await merged({ op: 'apply', object: web({ replicas: 3 }), manager: 'wheelhouse' })
  const shared = await merged({ op: 'apply', live, object: web({ replicas: 3 }), manager: 'other' })
  expect(managers(shared).toSorted()).toEqual(['other Apply ', 'wheelhouse Apply '])
})

test('a scale is an update of its subresource, and conflicts with the next apply', async () => {
  const live = await merged({ op: 'apply', object: web({ replicas: 3 }), manager: 'wheelhouse' })
  const scaled = await merged(
    {
      op: 'update',
      live,
      object: { ...live, spec: { ...live.spec, replicas: 9 } },
      manager: 'kubectl',
      subresource: 'scale',
    },
    '2026-03-03T00:00:00Z',
  )
  const entry = scaled.metadata.managedFields?.find(({ manager }) => manager === 'kubectl')
  expect(entry).toMatchObject({
    operation: 'Update',
    subresource: 'scale',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  })
  const { causes } = await merge({
    op: 'apply',
    live: scaled,
    object: web({ replicas: 3 }),
    manager: 'wheelhouse',
  })
  expect(causes?.map(({ field }) => field)).toEqual(['.spec.replicas'])
  expect(causes?.[0]?.message).toContain('kubectl')
})

test('a write of the status owns the status alone', async () => {
  const live = await merged({ op: 'apply', object: web({ replicas: 3 }), manager: 'wheelhouse' })
  const written = await merged({
    op: 'update',
    live,
    object: { ...live, status: { readyReplicas: 3 } },
    manager: 'controller',
    subresource: 'status',
  })
  const entry = written.metadata.managedFields?.find(({ manager }) => manager === 'controller')
  expect(entry?.fieldsV1).toEqual({ 'f:status': { '.': {}, 'f:readyReplicas': {} } })
})

test('a field that is no longer applied goes, and one that somebody else set stays', async () => {
  const live = await merged({
    op: 'apply',
    object: web({ replicas: 3, minReadySeconds: 5 }),
    manager: 'wheelhouse',
  })
  const edited = await merged({
    op: 'update',
    live,
    object: { ...live, spec: { ...live.spec, paused: true } },
    manager: 'kubectl-edit',
  })
  const applied = await merged({
    op: 'apply',
    live: edited,
    object: web({ replicas: 3 }),
    manager: 'wheelhouse',
  })
  expect(applied.spec).not.toHaveProperty('minReadySeconds')
  expect(applied.spec['paused']).toBe(true)
})

test('containers are merged by their name', async () => {
  const live = await merged({
    op: 'apply',
    object: web({}, [
      { name: 'web', image: 'a:1' },
      { name: 'side', image: 's:1' },
    ]),
    manager: 'wheelhouse',
  })
  const injected = await merged({
    op: 'update',
    live,
    object: web({}, [{ name: 'mesh', image: 'm:1' }, ...live.spec.template.spec.containers]),
    manager: 'injector',
  })
  const applied = await merged({
    op: 'apply',
    live: injected,
    object: web({}, [{ name: 'web', image: 'a:2' }]),
    manager: 'wheelhouse',
  })
  expect(
    applied.spec.template.spec.containers.map(({ name, image }) => `${String(name)} ${String(image)}`),
  ).toEqual(['mesh m:1', 'web a:2'])
})

test('without a schema lists are replaced as a whole', async () => {
  const live = await merged({ op: 'apply', object: web({}), manager: 'wheelhouse', schemas: '' })
  const applied = await merged({
    op: 'apply',
    live,
    object: web({}, [{ name: 'other', image: 'b:1' }]),
    manager: 'wheelhouse',
    schemas: '',
  })
  expect(applied.spec.template.spec.containers).toEqual([{ name: 'other', image: 'b:1' }])
})

test('a field that the schema does not know is refused', async () => {
  const refused = merge({ op: 'apply', object: web({ nonsense: 1 }), manager: 'wheelhouse' })
  await expect(refused).rejects.toSatisfy(
    (error) =>
      error instanceof AppError && error.code === 'MERGE_FAILED' && error.message.includes('nonsense'),
  )
})
