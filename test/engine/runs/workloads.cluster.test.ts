import { afterAll, expect, it } from 'vitest'
import { watchWorkloads } from '../../../src/engine/runs/index.ts'
import type { WorkloadsSeen } from '../../../src/engine/runs/index.ts'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { connectTo } from '../sync/connect.ts'
import { createWorld, deployment, oid } from '../sync/world.ts'

const connection = connectTo(sharedControlPlane().kubeconfig)
afterAll(() => connection.close())

it('colours pods by commit while a release rolls out, and names why a pod crashes', async () => {
  const world = await createWorld({ cluster: () => connection.cluster() })
  const texts = { one: deployment({ replicas: 3 }), two: deployment({ replicas: 3, image: 'crash:2' }) }
  await world.apply(texts.one)
  const seen = follow({
    cluster: world.cluster,
    namespace: world.namespace,
    manifests: world.desired(texts.two).manifests,
    commits: () =>
      (['two', 'one'] as const).map((name) => ({
        oid: oid(name),
        manifests: world.desired(texts[name]).manifests,
      })),
    lastSynced: () => oid('one'),
  })
  const before = await seen.until(({ workloads }) => workloads[0]?.ready === 3)
  expect(before.live).toBe(true)
  expect(before.workloads[0]).toMatchObject({ liveReplicas: 3, health: { status: 'Healthy' } })
  expect(before.workloads[0]?.pods.map(({ commit, state }) => [commit, state])).toEqual(
    Array(3).fill([oid('one'), 'ready']),
  )
  const release = world.apply(texts.two, 'two')
  const during = await seen.until(
    ({ workloads }) => workloads[0]?.pods.some(({ state }) => state === 'crashing') === true,
  )
  const crashing = during.workloads[0]?.pods.find(({ state }) => state === 'crashing')
  expect(crashing).toMatchObject({ commit: oid('two'), reason: expect.stringContaining('app') as string })
  expect(during.workloads[0]?.pods.filter(({ commit }) => commit === oid('one')).length).toBeGreaterThan(0)
  expect((await release).failure?.code).toBe('HEALTH_DEGRADED')
  await world.apply(texts.one, 'three')
  await seen.until(
    ({ workloads }) =>
      workloads[0]?.health.status === 'Healthy' && workloads[0].pods.every(({ state }) => state === 'ready'),
  )
  seen.close()
})

function follow(request: Parameters<typeof watchWorkloads>[0]) {
  let last: WorkloadsSeen | undefined
  const waiting = new Set<() => void>()
  const watch = watchWorkloads(request, (item) => {
    last = item
    for (const look of waiting) look()
  })
  return {
    close: watch.close,
    until: (test: (item: WorkloadsSeen) => boolean) =>
      new Promise<WorkloadsSeen>((resolve) => {
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
