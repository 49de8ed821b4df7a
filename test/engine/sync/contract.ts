import { afterAll, describe, expect, it } from 'vitest'
import { contractOfGuards } from './contract-guards.ts'
import { contractOfRuns } from './contract-runs.ts'
import { at } from '../../../src/core/index.ts'
import { configMap, createWorld, decisions, deployment, oid, yaml } from './world.ts'
import type { Connection } from './world.ts'

/**
 * What the engine expects of a cluster: run against the real control plane and against the simulated one. Where they differ, the
 * simulation is wrong.
 */
export function syncContract(name: string, connection: Connection, close: () => Promise<void>): void {
  describe(`sync against ${name}`, () => {
    afterAll(close)
    contractOfChanges(connection)
    contractOfGuards(connection)
    contractOfRuns(connection)
  })
}

function contractOfChanges(connection: Connection): void {
  it('applies an app, waits until it is healthy, and then has nothing to do', async () => {
    const world = await createWorld(connection)
    const app = yaml(configMap('settings'), deployment())
    expect(await world.print(app)).toBe(
      'wave 0\n  + ConfigMap/settings in NS (create)\n  + Deployment/web in NS (create)',
    )
    const result = await world.apply(app)
    expect(result.failure).toBeUndefined()
    expect(result.outcomes.map(({ key, outcome }) => `${key.name} ${outcome}`)).toEqual([
      'settings created',
      'web created',
    ])
    const live = await world.get('Deployment', 'web')
    expect(at(live, 'status', 'availableReplicas')).toBe(2)
    expect(at(live, 'metadata', 'annotations', 'wheelhouse.app/revision')).toBe(oid('one'))
    expect(at(live, 'spec', 'template', 'metadata', 'labels')).toEqual({ app: 'web' })
    const { plan } = await world.plan(app)
    expect(plan.synced).toBe(true)
    expect(plan.changes).toEqual([])
  })

  it('does not write what did not change, also at a later revision', async () => {
    const world = await createWorld(connection)
    await world.apply(yaml(configMap('a'), configMap('b')))
    const before = await world.get('ConfigMap', 'a')
    const result = await world.apply(yaml(configMap('a'), configMap('b', { key: 'two' })), 'two')
    expect(result.outcomes.map(({ key, outcome }) => `${key.name} ${outcome}`)).toEqual(['b updated'])
    expect(await world.get('ConfigMap', 'a')).toEqual(before)
    expect(at(await world.get('ConfigMap', 'b'), 'metadata', 'annotations', 'wheelhouse.app/revision')).toBe(
      oid('two'),
    )
  })

  it('shows an image change with the pods it restarts, and takes fields out that Git dropped', async () => {
    const world = await createWorld(connection)
    await world.apply(yaml(deployment(), configMap('c', { keep: '1', drop: '2' })))
    expect(
      await world.print(yaml(deployment({ image: 'nginx:1.5' }), configMap('c', { keep: '1' })), 'two'),
    ).toBe(
      [
        'wave 0',
        '  ~ ConfigMap/c in NS (update)',
        '      .data.drop: "2" -> none',
        '  ~ Deployment/web in NS (update, restarts 2)',
        '      .spec.template.spec.containers[name="app"].image: "nginx:1.4" -> "nginx:1.5"',
      ].join('\n'),
    )
    const result = await world.apply(
      yaml(deployment({ image: 'nginx:1.5' }), configMap('c', { keep: '1' })),
      'two',
    )
    expect(result.state).toBe('done')
    expect(at(await world.get('ConfigMap', 'c'), 'data')).toEqual({ keep: '1' })
  })

  it('repairs drift by kubectl scale once that is approved, and names the manager', async () => {
    const world = await createWorld(connection)
    await world.apply(deployment())
    const key = { group: 'apps', kind: 'Deployment', namespace: world.namespace, name: 'web' }
    await world.cluster.mergePatch(
      key,
      { spec: { replicas: 4 } },
      { subresource: 'scale', fieldManager: 'kubectl' },
    )
    expect(await world.print(deployment())).toBe(
      [
        'wave 0',
        '  ~ Deployment/web in NS (update)',
        '      .spec.replicas: 4 -> 2',
        // The server keeps no time for writes through /scale.
        '      contested .spec.replicas by kubectl (may be overruled)',
      ].join('\n'),
    )
    const planned = await world.plan(deployment())
    await expect(
      world.run(planned, deployment(), { decisions: decisions({ overrule: false }) }),
    ).rejects.toMatchObject({ code: 'PLAN_NOT_APPROVED' })
    expect((await world.run(planned, deployment())).state).toBe('done')
    expect(at(await world.get('Deployment', 'web'), 'spec', 'replicas')).toBe(2)
  })

  it('shows what kubectl edit added as undeclared and leaves the app synced', async () => {
    const world = await createWorld(connection)
    await world.apply(configMap('c'))
    const key = { group: '', kind: 'ConfigMap', namespace: world.namespace, name: 'c' }
    await world.cluster.mergePatch(key, { data: { extra: 'by hand' } }, { fieldManager: 'kubectl-edit' })
    const { plan } = await world.plan(configMap('c'))
    expect(plan.synced).toBe(true)
    expect(plan.changes[0]?.undeclared).toMatchObject([
      { path: '.data.extra', manager: 'kubectl-edit', value: 'by hand' },
    ])
  })

  it('takes over what kubectl apply made, also what Git no longer declares', async () => {
    const world = await createWorld(connection)
    const old = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: world.namespace },
      data: { key: 'old', gone: 'x' },
    }
    await world.cluster.create(
      {
        ...old,
        metadata: {
          ...old.metadata,
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(old) },
        },
      },
      { fieldManager: 'kubectl-client-side-apply' },
    )
    expect(await world.print(configMap('c'))).toBe(
      [
        'wave 0',
        '  ~ ConfigMap/c in NS (update, take over)',
        '      .data.gone: "x" -> none',
        '      .data.key: "old" -> "one"',
        '      .metadata.labels: none -> {"applyset.kubernetes.io/part-of":SET',
        'note: 1 object(s) made by kubectl are taken over.',
      ].join('\n'),
    )
    expect((await world.apply(configMap('c'))).failure).toBeUndefined()
    const live = await world.get('ConfigMap', 'c')
    expect(at(live, 'data')).toEqual({ key: 'one' })
    expect(JSON.stringify(live)).not.toContain('last-applied')
    expect(JSON.stringify(live)).not.toContain('kubectl-client-side-apply')
    expect((await world.plan(configMap('c'))).plan.synced).toBe(true)
  })

  it('leaves the count alone that an autoscaler keeps in its range', async () => {
    const world = await createWorld(connection)
    const scaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`
    await world.apply(yaml(deployment(), scaler))
    const key = { group: 'apps', kind: 'Deployment', namespace: world.namespace, name: 'web' }
    const scale = (replicas: number) =>
      world.cluster.mergePatch(
        key,
        { spec: { replicas } },
        { subresource: 'scale', fieldManager: 'kube-controller-manager' },
      )
    await scale(4)
    const { plan } = await world.plan(yaml(deployment(), scaler))
    expect(plan.synced).toBe(true)
    expect(plan.changes.map(({ key: { name }, ignored }) => [name, ignored.map(({ path }) => path)])).toEqual(
      [['web', ['.spec.replicas']]],
    )
    await world.apply(yaml(deployment({ image: 'nginx:1.5' }), scaler), 'two')
    expect(at(await world.get('Deployment', 'web'), 'spec', 'replicas')).toBe(4)
    const open = yaml(deployment({ image: 'nginx:1.6' }).replace('  replicas: 2\n', ''), scaler)
    expect((await world.apply(open, 'three')).failure).toBeUndefined()
    expect(at(await world.get('Deployment', 'web'), 'spec', 'replicas')).toBe(4)
  })

  it('masks the values of Secrets everywhere in a plan', async () => {
    const world = await createWorld(connection)
    const secret = (value: string) => `
apiVersion: v1
kind: Secret
metadata: { name: s }
stringData: { password: ${value} }
`
    await world.apply(secret('first-value'))
    const planned = await world.plan(secret('second-value'), 'two')
    const text = JSON.stringify([
      planned.plan,
      planned.diffOf({ group: '', kind: 'Secret', namespace: world.namespace, name: 's' }),
    ])
    for (const value of ['first-value', 'second-value'])
      for (const form of [value, Buffer.from(value).toString('base64')]) expect(text).not.toContain(form)
    expect(planned.plan.changes[0]?.fields).toEqual([{ path: '.data.password', redacted: true }])
  })
}
