import { expect, it } from 'vitest'
import { at } from '../../../src/core/index.ts'
import type { Observed } from '../../../src/engine/sync/index.ts'
import { localMerge } from './local-merge.ts'
import { configMap, createWorld, deployment, oid, yaml } from './world.ts'
import type { Connection, World } from './world.ts'

const keyOf = (world: World, name: string) => ({
  group: '',
  kind: 'ConfigMap',
  namespace: world.namespace,
  name,
})
const wave = (number: number) => `argocd.argoproj.io/sync-wave: "${number}"`

export function contractOfRuns(connection: Connection): void {
  it('obeys waves: a later one begins when the earlier one is healthy', async () => {
    const world = await createWorld(connection)
    const app = yaml(
      deployment({ extra: wave(1) }),
      configMap('after', {}, wave(2)),
      configMap('before', {}, wave(-1)),
    )
    const result = await world.apply(app)
    expect(result.state).toBe('done')
    expect(result.outcomes.map(({ key }) => key.name)).toEqual(['before', 'web', 'after'])
    const order = world.events.flatMap((event) =>
      event.type === 'outcome'
        ? [event.outcome.key.name]
        : event.type === 'health' && event.health.key.name === 'web'
          ? [event.health.health.status]
          : [],
    )
    expect(order.indexOf('Healthy')).toBeLessThan(order.indexOf('after'))
  })

  it('stops at a wave that is degraded and names the container', async () => {
    const world = await createWorld(connection)
    const result = await world.apply(
      yaml(deployment({ image: 'crash:1', extra: wave(0) }), configMap('after', {}, wave(1))),
    )
    expect(result.state).toBe('failed')
    expect(result.failure?.code).toBe('HEALTH_DEGRADED')
    expect(result.failure?.message).toMatch(/Pod\/web-.*CrashLoopBackOff/)
    expect(await world.get('ConfigMap', 'after')).toBeUndefined()
    expect(result.record).toMatchObject({ result: 'failed', revision: oid('one') })
  })

  it('goes from a crashing release back to a healthy one without tripping over the old pods', async () => {
    const world = await createWorld(connection)
    expect((await world.apply(deployment())).state).toBe('done')
    expect((await world.apply(deployment({ image: 'crash:2' }), 'two')).failure?.code).toBe('HEALTH_DEGRADED')
    const back = await world.apply(deployment(), 'three')
    expect(back.failure).toBeUndefined()
    const { records, lastSynced } = await world.sync.readRecord(world.cluster, world.desired('').target)
    expect(records.map(({ revision, result }) => [revision, result])).toEqual([
      [oid('three'), 'succeeded'],
      [oid('two'), 'failed'],
      [oid('one'), 'succeeded'],
    ])
    expect(lastSynced).toBe(oid('three'))
  })

  it('makes a missing destination first', async () => {
    const world = await createWorld(connection, { namespace: 'missing' })
    expect(await world.print(configMap('a'))).toBe(
      [
        'wave 0',
        '  + Namespace/NS (create)',
        '      NAMESPACE: Namespace/NS is not there: it is made first.',
        '  + ConfigMap/a in NS (create)',
        '      NOT_VERIFIED: ConfigMap/a is not verified by the server: namespace NS is made by this plan.',
      ].join('\n'),
    )
    const result = await world.apply(configMap('a'))
    expect(result.failure).toBeUndefined()
    expect(
      result.outcomes.map(
        ({ key, outcome }) => `${key.name === world.namespace ? 'NS' : key.name} ${outcome}`,
      ),
    ).toEqual(['NS created', 'a created'])
  })

  it.runIf(connection.definitions !== false)('makes a definition and its object in one plan', async () => {
    const world = await createWorld(connection)
    const group = `g${world.namespace.replaceAll('-', '')}.example.com`
    const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
`
    const widget = `{ "apiVersion": "${group}/v1", "kind": "Widget", "metadata": { "name": "w" }, "spec": { "size": 3 } }`
    const result = await world.apply(yaml(widget, definition))
    expect(result.failure).toBeUndefined()
    expect(result.outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'created'])
    expect((await world.plan(yaml(widget, definition))).plan.synced).toBe(true)
    await world.cluster.delete({
      group: 'apiextensions.k8s.io',
      kind: 'CustomResourceDefinition',
      namespace: '',
      name: `widgets.${group}`,
    })
  })

  it('stops before the first write when an object moved after the plan was shown', async () => {
    const world = await createWorld(connection)
    await world.apply(yaml(configMap('a'), configMap('b')))
    const app = yaml(configMap('a', { key: 'two' }), configMap('b'))
    const planned = await world.plan(app, 'two')
    await world.cluster.mergePatch(
      keyOf(world, 'b'),
      { data: { key: 'moved' } },
      { fieldManager: 'kubectl-edit' },
    )
    const result = await world.run(planned, app)
    expect(result).toMatchObject({ state: 'stopped', failure: { code: 'SYNC_STOPPED' } })
    expect(result.failure?.message).toContain('ConfigMap/b')
    expect(at(await world.get('ConfigMap', 'a'), 'data', 'key')).toBe('one')
  })

  it('refuses other manifests than those that were approved', async () => {
    const world = await createWorld(connection)
    const planned = await world.plan(configMap('a'))
    await expect(world.run(planned, configMap('a', { key: 'other' }))).rejects.toMatchObject({
      code: 'PLAN_STALE',
    })
  })

  it('lets one of two windows sync, and the other find everything done', async () => {
    const world = await createWorld(connection)
    const app = yaml(deployment({ image: 'slow:1' }), configMap('a'))
    const planned = await world.plan(app)
    const first = world.run(planned, app)
    const busy = new Promise<void>((resolve) => {
      const look = () =>
        world.events.some((event) => event.type === 'outcome') ? resolve() : setImmediate(look)
      look()
    })
    await busy
    await expect(world.run(planned, app)).rejects.toMatchObject({
      code: 'SYNC_LOCKED',
      message: expect.stringContaining('ada@desk') as string,
    })
    expect((await first).state).toBe('done')
    const second = await world.run(planned, app)
    expect(second.outcomes.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged'])
  })

  it('is cancelled between two waves, on record, and goes on as the same operation', async () => {
    const world = await createWorld(connection)
    const app = yaml(deployment({ image: 'slow:1', extra: wave(0) }), configMap('after', {}, wave(1)))
    const planned = await world.plan(app)
    const abort = new AbortController()
    const result = await world.run(planned, app, {
      operationId: 'op-1',
      signal: abort.signal,
      onEvent: (event) => event.type === 'health' && abort.abort(),
    })
    expect(result).toMatchObject({ state: 'cancelled', record: { result: 'cancelled' } })
    expect(await world.get('ConfigMap', 'after')).toBeUndefined()
    const again = await world.run(planned, app, { operationId: 'op-1' })
    expect(again.failure).toBeUndefined()
    expect(again.outcomes.map(({ key, outcome }) => `${key.name} ${outcome}`)).toEqual([
      'web unchanged',
      'after created',
    ])
    const { records, lock } = await world.sync.readRecord(world.cluster, world.desired('').target)
    expect(records).toHaveLength(1)
    expect(lock).toBeUndefined()
  })

  it('compares here where patching is not allowed, says so, and refuses to sync', async () => {
    const world = await createWorld(connection, { ports: { merge: localMerge } })
    await world.apply(yaml(deployment(), configMap('a', { key: 'one', gone: 'x' })))
    const app = yaml(deployment({ image: 'nginx:1.5' }), configMap('a', { key: 'two' }))
    const viewer = { ...world.desired(app), cluster: await connection.cluster('viewer') }
    const { plan } = await world.sync.createPlan(viewer)
    expect(plan.changes).toMatchObject([
      {
        action: 'update',
        verified: 'local',
        fields: [{ path: '.data.gone' }, { path: '.data.key', after: 'two' }],
      },
      { action: 'update', verified: 'local', restarts: 2, fields: [{ after: 'nginx:1.5' }] },
    ])
    expect(plan.blocks[0]?.code).toBe('KUBE_FORBIDDEN')
    expect(plan.warnings).toContain('2 object(s) were compared here, not by the server.')
    const bare = await createWorld(connection, { user: 'viewer' })
    await world.apply(configMap('a'), 'two')
    const blind = await bare.sync.createPlan({
      ...world.desired(configMap('a', { key: 'two' }), 'two'),
      cluster: bare.cluster,
    })
    expect(blind.plan.changes[0]).toMatchObject({ action: 'unknown', verified: 'none' })
  })

  it('sees drift and health by itself', async () => {
    const world = await createWorld(connection)
    const app = yaml(deployment(), configMap('a'))
    await world.apply(app)
    const seen = observed(world, app)
    await seen.until(({ sync, health }) => sync.status === 'synced' && health.status === 'Healthy')
    await world.cluster.mergePatch(
      keyOf(world, 'a'),
      { data: { key: 'drifted' } },
      { fieldManager: 'kubectl-edit' },
    )
    const drift = await seen.until(({ sync }) => sync.status === 'out-of-sync')
    expect(drift.changes).toMatchObject([
      { key: { name: 'a' }, contested: [{ manager: 'kubectl-edit', overrule: true }] },
    ])
    const repaired = await world.apply(app)
    expect(repaired.state).toBe('done')
    await seen.until(({ sync, lastSync }) => sync.status === 'synced' && lastSync?.result === 'succeeded')
    await world.cluster.delete({ group: 'apps', kind: 'Deployment', namespace: world.namespace, name: 'web' })
    const gone = await seen.until(({ health }) => health.status === 'Missing')
    expect(gone.health.cause?.message).toContain('Deployment/web')
    seen.close()
  })
}

/** The stream of an app, to be waited on. */
function observed(world: World, app: string) {
  let last: Observed | undefined
  const waiting = new Set<() => void>()
  const observation = world.sync.observeApp(world.desired(app), (item) => {
    last = item
    for (const look of waiting) look()
  })
  return {
    close: observation.close,
    until: (test: (item: Observed) => boolean) =>
      new Promise<Observed>((resolve) => {
        const look = () => {
          if (last === undefined || !test(last)) return
          waiting.delete(look)
          resolve(last)
        }
        waiting.add(look)
        look()
      }),
  }
}
