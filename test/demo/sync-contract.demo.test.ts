import { afterAll, beforeAll } from 'vitest'
import { createKube } from '../../src/engine/kube/index.ts'
import type { Kube } from '../../src/engine/kube/index.ts'
import { run } from '../../src/engine/process/index.ts'
import { syncContract } from '../engine/sync/contract.ts'
import { testCluster } from './start-cluster.ts'
import type { TestCluster } from './start-cluster.ts'

let cluster: TestCluster
const kubes = new Map<string, Kube>()

beforeAll(async () => {
  cluster = await testCluster()
})
afterAll(() => cluster.clear())

function kubeOf(user: 'admin' | 'viewer'): Kube {
  const known = kubes.get(user)
  if (known !== undefined) return known
  const kube = createKube({
    env: { KUBECONFIG: cluster.kubeconfig(user) },
    home: cluster.dir,
    settings: () => ({ kubeconfigs: [] }),
    run,
    now: Date.now,
  })
  kubes.set(user, kube)
  return kube
}

syncContract(
  'the simulated cluster',
  {
    cluster: (user = 'admin') => kubeOf(user).connect('demo'),
    definitions: false,
  },
  async () => {
    await Promise.all([...kubes.values()].map((kube) => kube.close()))
  },
)
