import { afterAll, beforeAll } from 'vitest'
import { startControlPlane } from '../../control-plane/start.ts'
import type { ControlPlane } from '../../control-plane/start.ts'
import { outageContract } from './outage-contract.ts'

let own: ControlPlane | undefined

beforeAll(async () => {
  own = await startControlPlane({ nodes: 1 })
})
afterAll(async () => {
  await own?.stop()
})

outageContract('the control plane', () => {
  if (own === undefined) throw new Error('The control plane did not start.')
  const { kubeconfig, stopApiServer, startApiServer } = own
  return {
    kubeconfig: () => kubeconfig,
    context: 'wheelhouse-test',
    stop: stopApiServer,
    start: startApiServer,
  }
})
