import { sharedControlPlane } from '../../control-plane/shared.ts'
import { connectTo } from './connect.ts'
import { syncContract } from './contract.ts'

const shared = sharedControlPlane()
const users = { admin: connectTo(shared.kubeconfig), viewer: connectTo(shared.kubeconfigFor('viewer')) }

syncContract('the real control plane', { cluster: (user = 'admin') => users[user].cluster() }, async () => {
  await Promise.all(Object.values(users).map(({ close }) => close()))
})
