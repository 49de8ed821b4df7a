import { afterAll, beforeAll } from 'vitest'
import { kubeContract } from '../engine/kube/contract.ts'
import { outageContract } from '../engine/kube/outage-contract.ts'
import { testCluster } from './start-cluster.ts'
import type { TestCluster } from './start-cluster.ts'

let cluster: TestCluster

beforeAll(async () => {
  cluster = await testCluster()
})
afterAll(() => cluster.clear())

const target = () => ({
  context: 'demo',
  kubeconfig: (user: string) =>
    user === 'admin' || user === 'viewer' ? cluster.kubeconfig(user) : undefined,
})

kubeContract('the simulated cluster', target)

outageContract('the simulated cluster', () => ({
  ...target(),
  stop: () => cluster.stop(),
  start: () => cluster.start(),
}))
