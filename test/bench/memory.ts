import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startControlPlane } from '../control-plane/start.ts'
import { connectTo } from '../engine/sync/connect.ts'
import { configMap, createWorld, yaml } from '../engine/sync/world.ts'
import type { World } from '../engine/sync/world.ts'
import type { Row } from './row.ts'

const objects = 10_000

/** What following an app of 10,000 live objects takes, beside the same objects as JSON text. */
export async function memoryRows(): Promise<readonly Row[]> {
  const plane = await startControlPlane()
  const connection = connectTo(plane.kubeconfig)
  try {
    const world = await createWorld({ cluster: () => connection.cluster() })
    const text = yaml(
      ...Array.from({ length: objects }, (_, n) => configMap(`c${n}`, { key: `${n} `.repeat(40) })),
    )
    await world.apply(text)
    const desired = world.desired(text)
    const asText = await sizeAsText(world)
    const before = used()
    const observed = Promise.withResolvers<void>()
    const observation = world.sync.observeApp(desired, ({ sync }) => {
      if (sync.status === 'synced') observed.resolve()
    })
    await observed.promise
    const after = used()
    observation.close()
    return [
      {
        name: 'memory-10000',
        ours: after - before,
        peer: asText,
        against: 'the same objects as JSON',
        unit: 'MB',
      },
      { name: 'memory-resident', ours: process.memoryUsage.rss() / 1024 / 1024, unit: 'MB' },
    ]
  } finally {
    await connection.close()
    await plane.stop()
  }
}

async function sizeAsText({ cluster, namespace }: World): Promise<number> {
  const { items } = await cluster.list({ group: '', kind: 'ConfigMap' }, { namespace })
  return JSON.stringify(items).length / 1024 / 1024
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** MB that live on after a collection. */
function used(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024 / 1024
}
