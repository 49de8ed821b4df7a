import { parseArgs } from 'node:util'
import { startControlPlane } from './start.ts'
import { users } from './users.ts'

// A control plane to use by hand: node test/control-plane/main.ts [--dir D] [--nodes N]; Ctrl-C ends it.
const { values } = parseArgs({ options: { dir: { type: 'string' }, nodes: { type: 'string' } } })
const started = Date.now()
const controlPlane = await startControlPlane({
  ...(values.dir === undefined ? {} : { dataDir: values.dir }),
  ...(values.nodes === undefined ? {} : { nodes: Number(values.nodes) }),
})
console.log(`KUBECONFIG=${controlPlane.kubeconfig}`)
for (const user of users.slice(1)) console.log(`# as ${user}: KUBECONFIG=${controlPlane.kubeconfigFor(user)}`)
console.log(`# ready after ${((Date.now() - started) / 1000).toFixed(1)} s; Ctrl-C ends it`)

const keepAlive = setInterval(() => undefined, 60_000)
const end = () => {
  clearInterval(keepAlive)
  void controlPlane.stop().then(() => process.exit(0))
}
process.once('SIGINT', end)
process.once('SIGTERM', end)
