import { expect, it } from 'vitest'
import { at } from '../../../src/core/index.ts'
import { configMap, createWorld, decisions, deployment, oid, yaml } from './world.ts'
import type { Connection, World } from './world.ts'

const keyOf = (world: World, name: string) => ({
  group: '',
  kind: 'ConfigMap',
  namespace: world.namespace,
  name,
})

export function contractOfGuards(connection: Connection): void {
  it('refuses a field that a controller owns', async () => {
    const world = await createWorld(connection)
    await world.apply(configMap('c'))
    await world.cluster.mergePatch(
      keyOf(world, 'c'),
      { data: { key: 'theirs' } },
      { fieldManager: 'some-operator' },
    )
    const planned = await world.plan(configMap('c'))
    expect(planned.plan.blocks).toMatchObject([{ code: 'CONTESTED' }])
    expect(planned.plan.blocks[0]?.message).toContain('.data.key belongs to some-operator')
    await expect(world.run(planned, configMap('c'))).rejects.toMatchObject({ code: 'PLAN_BLOCKED' })
    expect(at(await world.get('ConfigMap', 'c'), 'data', 'key')).toBe('theirs')
  })

  it('prunes what Git no longer has, and only that, when it was approved', async () => {
    const world = await createWorld(connection)
    await world.apply(
      yaml(configMap('a'), configMap('b'), configMap('kept', {}, 'helm.sh/resource-policy: keep')),
    )
    await world.cluster.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stranger', namespace: world.namespace },
    })
    expect(await world.print(configMap('a'), 'two')).toBe(
      [
        '  = ConfigMap/kept in NS (unchanged)',
        '      KEPT: ConfigMap/kept is no longer in Git and stays: helm.sh/resource-policy: keep.',
        '  - ConfigMap/b in NS (prune)',
      ]
        .join('\n')
        .replace(/^/, 'wave 0\n'),
    )
    const kept = await world.apply(configMap('a'), 'two', { decisions: decisions({ prune: false }) })
    expect(kept.outcomes).toMatchObject([
      { key: { name: 'b' }, outcome: 'skipped', code: 'PLAN_NOT_APPROVED' },
    ])
    const result = await world.apply(configMap('a'), 'two')
    expect(result.outcomes.map(({ key, outcome }) => `${key.name} ${outcome}`)).toEqual(['b pruned'])
    expect(await world.get('ConfigMap', 'b')).toBeUndefined()
    expect(await world.get('ConfigMap', 'kept')).toBeDefined()
    expect(await world.get('ConfigMap', 'stranger')).toBeDefined()
    expect(await world.get('ConfigMap', 'wheelhouse-shop')).toBeDefined()
  })

  it('deletes only the object that was shown, not a namesake made since', async () => {
    const world = await createWorld(connection)
    await world.apply(yaml(configMap('a'), configMap('b')))
    const planned = await world.plan(configMap('a'), 'two')
    const old = await world.get('ConfigMap', 'b')
    await world.cluster.delete(keyOf(world, 'b'))
    await world.cluster.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'b', namespace: world.namespace, labels: at(old, 'metadata', 'labels') },
    })
    const result = await world.run(planned, configMap('a'))
    expect(result.outcomes).toMatchObject([{ key: { name: 'b' }, outcome: 'skipped' }])
    expect(await world.get('ConfigMap', 'b')).toBeDefined()
  })

  it('asks for a tick of its own before it prunes data', async () => {
    const world = await createWorld(connection)
    const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } }, storageClassName: none }
`
    await world.cluster.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: world.namespace },
    })
    await world.apply(yaml(configMap('a'), claim), 'one', { healthTimeoutMs: 1 })
    const planned = await world.plan(configMap('a'), 'two')
    expect(planned.plan.changes).toMatchObject([{ key: { name: 'data' }, action: 'prune', needsTick: true }])
    const result = await world.run(planned, configMap('a'))
    expect(result.outcomes).toMatchObject([{ key: { name: 'data' }, outcome: 'skipped' }])
  })

  it('never writes what belongs to somebody else', async () => {
    const world = await createWorld(connection)
    const metadata = {
      name: 'c',
      namespace: world.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'other' },
    }
    await world.cluster.create(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'theirs' } },
      { fieldManager: 'helm' },
    )
    const app = yaml(configMap('c'), configMap('d'))
    const result = await world.apply(app)
    expect(result.outcomes).toMatchObject([
      { key: { name: 'c' }, outcome: 'skipped', code: 'FOREIGN_OWNER' },
      { key: { name: 'd' }, outcome: 'created' },
    ])
    expect(at(await world.get('ConfigMap', 'c'), 'data', 'key')).toBe('theirs')
  })

  it('is in companion mode where Argo CD owns the app', async () => {
    const world = await createWorld(connection)
    const metadata = {
      name: 'c',
      namespace: world.namespace,
      annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/ConfigMap:x/c' },
    }
    await world.cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'theirs' } })
    const planned = await world.plan(yaml(configMap('c'), configMap('d')))
    expect(planned.plan.companion).toBe('Argo CD (shop)')
    await expect(world.run(planned, yaml(configMap('c'), configMap('d')))).rejects.toMatchObject({
      code: 'COMPANION_MODE',
    })
    expect(await world.get('ConfigMap', 'd')).toBeUndefined()
  })

  it('refuses an app with hooks and says which', async () => {
    const world = await createWorld(connection)
    const app = yaml(configMap('a'), configMap('migrate', {}, 'argocd.argoproj.io/hook: PreSync'))
    const planned = await world.plan(app)
    expect(planned.plan.blocks).toMatchObject([{ code: 'HOOKS_NOT_SUPPORTED' }])
    await expect(world.run(planned, app)).rejects.toMatchObject({ code: 'HOOKS_NOT_SUPPORTED' })
    const tested = yaml(configMap('a'), configMap('test', {}, 'helm.sh/hook: test'))
    const result = await world.apply(tested)
    expect(result.outcomes.map(({ key, outcome }) => `${key.name} ${outcome}`)).toEqual(
      ['test skipped', 'a created'].toSorted().toReversed(),
    )
    expect(await world.get('ConfigMap', 'test')).toBeUndefined()
  })

  it('refuses a revision that does not contain the synced one, unless it is meant as a rollback', async () => {
    const world = await createWorld(connection)
    await world.apply(configMap('a', { v: '2' }), 'two')
    const planned = await world.plan(configMap('a', { v: '1' }), 'one')
    expect(planned.plan.blocks).toMatchObject([{ code: 'ANCESTRY' }])
    await expect(world.run(planned, configMap('a', { v: '1' }))).rejects.toMatchObject({ code: 'ANCESTRY' })
    const result = await world.run(planned, configMap('a', { v: '1' }), {
      decisions: decisions({ rollback: true }),
    })
    expect(result.state).toBe('done')
    const later = await world.plan(configMap('a', { v: '3' }), 'three')
    expect(later.plan.brings.map((commit) => commit.oid)).toEqual([oid('three'), oid('two')])
    // Somebody syncs something newer between the plan and its approval.
    await world.apply(configMap('a', { v: '4' }), 'four')
    const raced = { ...planned, plan: { ...planned.plan, blocks: [] } }
    await expect(world.run(raced, configMap('a', { v: '1' }))).rejects.toMatchObject({ code: 'ANCESTRY' })
    const record = await world.sync.readRecord(world.cluster, world.desired('').target)
    expect([record.records.length, record.lock]).toEqual([3, undefined])
  })

  it('refuses an immutable field before anything is written', async () => {
    const world = await createWorld(connection)
    await world.apply(deployment())
    const changed = deployment().replaceAll('app: web', 'app: other')
    const planned = await world.plan(yaml(changed, configMap('a')), 'two')
    expect(planned.plan.blocks).toMatchObject([{ code: 'IMMUTABLE_FIELD' }])
    await expect(world.run(planned, yaml(changed, configMap('a')))).rejects.toMatchObject({
      code: 'PLAN_BLOCKED',
    })
    expect(await world.get('ConfigMap', 'a')).toBeUndefined()
  })

  it('refuses a ConfigMap of the parent name that is no inventory', async () => {
    const world = await createWorld(connection)
    await world.cluster.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'wheelhouse-shop', namespace: world.namespace },
    })
    const planned = await world.plan(configMap('a'))
    expect(planned.plan.blocks).toMatchObject([{ code: 'APPLYSET_FOREIGN' }])
    await expect(world.run(planned, configMap('a'))).rejects.toMatchObject({ code: 'APPLYSET_FOREIGN' })
  })
}
