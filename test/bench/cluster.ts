import { startControlPlane } from '../control-plane/start.ts'
import { mustKubectl } from '../control-plane/kubectl.ts'
import { connectTo } from '../engine/sync/connect.ts'
import type { Planned } from '../../src/engine/sync/index.ts'
import { configMap, createWorld, yaml } from '../engine/sync/world.ts'
import type { Row } from './row.ts'

const objects = 1000

/** First diff, re-diff and sync of many ConfigMaps on the real control plane, beside kubectl on the same one. */
export async function clusterRows(): Promise<readonly Row[]> {
  const plane = await startControlPlane()
  const connection = connectTo(plane.kubeconfig)
  try {
    const world = await createWorld({ cluster: () => connection.cluster() })
    const text = (value: string, changed = objects) =>
      yaml(
        ...Array.from({ length: objects }, (_, n) =>
          configMap(`c${n}`, { key: n < changed ? value : 'one' }),
        ),
      )
    const kubectl = (verb: string, input: string) =>
      plane.kubectl([verb, '--server-side', '--force-conflicts', '-n', world.namespace, '-f', '-'], input)
    await world.apply(text('one'))
    const first = await timed(() => expectChanges(world.plan(text('one')), 0))
    const cpu = process.cpuUsage()
    await expectChanges(world.plan(text('two', 1)), 1)
    const used = process.cpuUsage(cpu)
    const diff = await timed(() => kubectl('diff', text('one')))
    const preview = await timed(() => expectChanges(world.plan(text('three'), 'two'), objects))
    const peerPreview = await timed(() => kubectl('diff', text('three')))
    const planned = await world.plan(text('three'), 'two')
    const sync = await timed(async () => {
      const { state, outcomes } = await world.run(planned, text('three'))
      if (state !== 'done' || outcomes.length < objects) throw new Error(`The sync ended ${state}.`)
    })
    await mustKubectl(plane.kubectl, ['create', 'namespace', 'peer'])
    const peer = (value: string) => () =>
      mustKubectl(plane.kubectl, ['apply', '--server-side', '-n', 'peer', '-f', '-'], text(value))
    await peer('one')()
    const apply = await timed(peer('three'))
    return [
      { name: 'diff-1000', ours: first, peer: diff, against: 'kubectl diff --server-side', unit: 'ms' },
      {
        name: 'diff-1000-changed',
        ours: preview,
        peer: peerPreview,
        against: 'kubectl diff --server-side',
        unit: 'ms',
      },
      { name: 'sync-1000', ours: sync, peer: apply, against: 'kubectl apply --server-side', unit: 'ms' },
      { name: 'rediff-1', ours: (used.user + used.system) / 1000, unit: 'ms CPU' },
    ]
  } finally {
    await connection.close()
    await plane.stop()
  }
}

async function expectChanges(planning: Promise<Planned>, count: number): Promise<void> {
  const { plan } = await planning
  const changed = plan.changes.filter(({ action }) => action === 'update').length
  if (changed !== count) throw new Error(`The plan updates ${changed} objects, not ${count}.`)
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}
