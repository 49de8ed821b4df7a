import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createKube } from '../../../src/engine/kube/index.ts'
import { run } from '../../../src/engine/process/index.ts'
import type { ContractTarget } from './contract.ts'
import { heardEvents, nameOf } from './heard-events.ts'
import { failureOf } from './kube-room.ts'

/** A cluster whose API server may be taken away, and comes back with the same data at the same port. */
export type OutageTarget = ContractTarget & {
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
}

/** What the engine makes of an outage, on a cluster of its own: everybody else would notice. */
export function outageContract(name: string, target: () => OutageTarget): void {
  it(`a watch outlives an outage of ${name} and misses nothing`, async () => {
    const { kubeconfig, context, stop, start } = target()
    const kube = createKube({
      env: { KUBECONFIG: kubeconfig('admin') ?? '' },
      home: '/nonexistent',
      settings: () => ({ kubeconfigs: [] }),
      run,
      now: Date.now,
    })
    try {
      const cluster = await kube.connect(context)
      const states: string[] = []
      kube.onConnection(({ state }) => states.push(state))
      const namespace = `outage-${randomBytes(3).toString('hex')}`
      await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      const configMap = (object: string) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: object, namespace, labels: { outage: 'yes' } },
      })
      const heard = heardEvents()
      const scope = { namespace, labelSelector: 'outage=yes' }
      cluster.watch({ group: '', kind: 'ConfigMap' }, scope, heard.listener)
      await heard.until((one) => one.type === 'state' && one.state === 'live')
      await cluster.create(configMap('before'))
      await heard.until((one) => one.type === 'upsert')
      await stop()
      await heard.until((one) => one.type === 'state' && one.state === 'stale')
      const key = { group: '', kind: 'ConfigMap', namespace, name: 'before' }
      expect(await failureOf(cluster.get(key))).toMatchObject({ code: 'KUBE_UNREACHABLE' })
      await start()
      await heard.until((one) => one.type === 'state' && one.state === 'live', 2)
      await cluster.create(configMap('after'))
      await heard.until(
        (one) =>
          (one.type === 'upsert' && nameOf(one.object) === 'after') ||
          (one.type === 'reset' && one.items.some((item) => nameOf(item) === 'after')),
      )
      expect(await kube.connect(context)).toBe(cluster)
      expect(states).toContain('reconnecting')
      expect(kube.connections()).toMatchObject([{ state: 'live', uid: cluster.uid }])
    } finally {
      await kube.close()
    }
  })
}
