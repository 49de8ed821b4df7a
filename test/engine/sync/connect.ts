import { dirname } from 'node:path'
import { createKube } from '../../../src/engine/kube/index.ts'
import type { Cluster } from '../../../src/engine/kube/index.ts'
import { run } from '../../../src/engine/process/index.ts'

/** The engine's own connection over one kubeconfig. */
export function connectTo(kubeconfig: string): {
  readonly cluster: () => Promise<Cluster>
  readonly close: () => Promise<void>
} {
  const kube = createKube({
    env: { PATH: process.env.PATH ?? '', KUBECONFIG: kubeconfig },
    home: dirname(kubeconfig),
    settings: () => ({ kubeconfigs: [] }),
    run,
    now: Date.now,
  })
  const cluster = async () => {
    const { contexts } = await kube.contexts()
    return kube.connect(contexts.find(({ current }) => current)?.name ?? 'none')
  }
  return { cluster, close: kube.close }
}
