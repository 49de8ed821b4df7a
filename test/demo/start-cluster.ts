import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startCluster } from '../../src/demo/cluster/cluster.ts'
import type { ClusterOptions } from '../../src/demo/cluster/cluster.ts'
import type { User } from '../../src/demo/cluster/rights.ts'

const root = join(import.meta.dirname, '../..')

export const clusterFiles = {
  moduleFile: join(root, 'build/wasm/wheelhouse.wasm.br'),
  workerUrl: pathToFileURL(join(root, 'src/engine/wasm/worker.ts')),
  schemasDir: join(root, 'src/demo/schemas'),
}

/** As on the nodes of the control plane: tests do not watch squares move. */
const fastPace = { step: () => 20, slow: 1_000, backOff: 100, stop: () => 20 }

export type TestCluster = {
  readonly dir: string
  readonly url: () => string
  readonly kubeconfig: (user: User) => string
  /** Takes the API away, and brings it back on the same data and port. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  readonly clear: () => Promise<void>
}

/** The simulated cluster in this process, on a folder of its own. */
export async function testCluster(more: Partial<ClusterOptions> = {}): Promise<TestCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-cluster-'))
  const tokens = { admin: 'token-of-admin', viewer: 'token-of-viewer' }
  const failures: unknown[] = []
  const options = {
    data: dir,
    tokens,
    port: 0,
    pace: fastPace,
    ...clusterFiles,
    log: (message: string, error: unknown) => {
      console.error(message, error)
      failures.push(error)
    },
    ...more,
  }
  let running: Awaited<ReturnType<typeof startCluster>> | undefined = await startCluster(options)
  const { url } = running
  const port = Number(new URL(url).port)
  for (const user of ['admin', 'viewer'] as const)
    writeFileSync(join(dir, user), JSON.stringify(kubeconfigOf(url, tokens[user])))
  const stop = async () => {
    await running?.close()
    running = undefined
  }
  return {
    dir,
    url: () => url,
    kubeconfig: (user) => join(dir, user),
    stop,
    start: async () => {
      running ??= await startCluster({ ...options, port })
    },
    clear: async () => {
      await stop()
      rmSync(dir, { recursive: true, force: true })
      if (failures.length > 0) throw new Error(`The cluster had ${failures.length} failure(s) of its own.`)
    },
  }
}

function kubeconfigOf(server: string, token: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'demo',
    clusters: [{ name: 'demo', cluster: { server } }],
    users: [{ name: 'demo', user: { token } }],
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'demo', namespace: 'default' } }],
  }
}
