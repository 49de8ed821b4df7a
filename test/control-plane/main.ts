import { once } from 'node:events'
import { controlPlaneBinary } from './build.ts'
import { startControlPlane } from './start.ts'

const binary = controlPlaneBinary()
if (typeof binary !== 'string') throw new Error(binary.why)
const plane = await startControlPlane(binary)
process.stdout.write(`KUBECONFIG=${plane.kubeconfig()}\nBINARY=${binary}\nCtrl+C ends it.\n`)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await plane.stop()
