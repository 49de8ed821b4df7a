import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort } from 'node:worker_threads'
import { startCluster } from './cluster/cluster.ts'
import { takeFolder } from './cluster/folder-lock.ts'

// The cluster's own process. It prints one line once it is up, keeps DIR/cluster.json for those who come later, and ends at SIGTERM. Where no
// process of its own can be started it is a thread, which ends with whom it serves; the state on disk is the same.

const root = join(import.meta.dirname, '../..')
const bundled = !import.meta.filename.endsWith('.ts')

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '0' },
    module: { type: 'string', default: join(root, 'build/wasm/wheelhouse.wasm.br') },
    worker: {
      type: 'string',
      default: join(root, bundled ? 'out/engine/wasm-worker.js' : 'src/engine/wasm/worker.ts'),
    },
    schemas: { type: 'string', default: join(root, 'src/demo/schemas') },
  },
})
if (values.data === undefined) throw new Error('--data DIR is needed')
const data = resolve(values.data)
mkdirSync(data, { recursive: true })
const release = takeFolder(data)

const file = join(data, 'cluster.json')
const known = readKnown()
const token = known.token ?? randomBytes(24).toString('hex')
const viewerToken = known.viewerToken ?? randomBytes(24).toString('hex')
const options = {
  data,
  tokens: { admin: token, viewer: viewerToken },
  moduleFile: resolve(values.module),
  workerUrl: pathToFileURL(resolve(values.worker)),
  schemasDir: resolve(values.schemas),
  log: (message: string, error: unknown) =>
    process.stderr.write(
      `${new Date().toISOString()} ${message}: ${error instanceof Error ? error.stack : String(error)}\n`,
    ),
}
// The reader of our standard error leaves once we are up: what is said after that is said to nobody.
process.stderr.on('error', () => undefined)
process.stdout.on('error', () => undefined)

const cluster = await start(Number(values.port) || (known.port ?? 0))
const { port } = new URL(cluster.url)
const shown = {
  pid: process.pid,
  url: cluster.url,
  port: Number(port),
  token,
  viewerToken,
  thread: !isMainThread,
}
writeFileSync(file, `${JSON.stringify(shown)}\n`, { mode: 0o600 })
if (isMainThread) process.stdout.write(`${JSON.stringify({ url: cluster.url, token })}\n`)
else parentPort?.postMessage('up')

let ending = false
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (ending) return
    ending = true
    void cluster.close().then(() => {
      release()
      process.exit(0)
    })
  })

/** The port of last time, so that a kubeconfig stays right; another one where that was taken meanwhile. */
async function start(port: number) {
  try {
    return await startCluster({ ...options, port })
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (!taken || values.port !== '0') throw error
    return await startCluster({ ...options, port: 0 })
  }
}

function readKnown(): { readonly token?: string; readonly viewerToken?: string; readonly port?: number } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { token: string; viewerToken: string; port: number }
  } catch {
    // None yet, or torn by a crash while it was written: new tokens are made.
    rmSync(file, { force: true })
    return {}
  }
}
