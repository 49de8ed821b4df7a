import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createSync } from '../../src/engine/sync/index.ts'
import { connectTo } from '../engine/sync/connect.ts'
import { desiredOf, oid } from '../engine/sync/world.ts'
import { manyConfigMaps } from './memory.ts'

// Follows an app by watches in a process of its own and tells what that process holds, as a window's engine would.

const [kubeconfig = '', namespace = '', count = ''] = process.argv.slice(2)
// Watches alone keep no process running.
const alive = setInterval(() => undefined, 1_000)
const connection = connectTo(kubeconfig)
const cluster = await connection.cluster()
const sync = createSync({ who: 'ada@desk', version: '1.0.0' })
const desired = desiredOf(manyConfigMaps(Number(count)), { cluster, namespace, revision: oid('one') })
const looked = Promise.withResolvers<void>()
const observation = sync.observeApp(desired, () => looked.resolve())
await looked.promise
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
collect()
const { heapUsed, external, rss } = process.memoryUsage()
process.stdout.write(JSON.stringify({ held: heapUsed + external, resident: rss }))
observation.close()
await connection.close()
clearInterval(alive)
