import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startControlPlane } from '../control-plane/start.ts'
import { connectTo } from '../engine/sync/connect.ts'
import { configMap, createWorld, yaml } from '../engine/sync/world.ts'
import type { Row } from './row.ts'

const objects = 10_000
const mb = 1024 * 1024

/** What an engine holds that follows an app of 10,000 live objects, beside the same objects as JSON text. */
export async function memoryRows(): Promise<readonly Row[]> {
  const plane = await startControlPlane()
  const connection = connectTo(plane.kubeconfig)
  try {
    const world = await createWorld({ cluster: () => connection.cluster() })
    await world.apply(manyConfigMaps(objects))
    const scope = { namespace: world.namespace }
    const { items } = await world.cluster.list({ group: '', kind: 'ConfigMap' }, scope)
    const none = await followInChild([plane.kubeconfig, 'default', '1'])
    const all = await followInChild([plane.kubeconfig, world.namespace, String(objects)])
    const peer = JSON.stringify(items).length / mb
    return [
      { name: 'memory-10000', ours: (all.held - none.held) / mb, peer, against: 'their JSON', unit: 'MB' },
      { name: 'memory-resident', ours: all.resident / mb, unit: 'MB' },
    ]
  } finally {
    await connection.close()
    await plane.stop()
  }
}

export function manyConfigMaps(count: number): string {
  return yaml(...Array.from({ length: count }, (_, n) => configMap(`c${n}`, { key: `${n} `.repeat(40) })))
}

async function followInChild(
  args: readonly string[],
): Promise<{ readonly held: number; readonly resident: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'follow-child.ts'),
    ...args,
  ])
  return JSON.parse(stdout) as { readonly held: number; readonly resident: number }
}
