import { appendFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { openDemoPort } from '#demo'
import { createEngine, createShellEnvironment } from '#engine'
import type { StarterConnection } from '#engine'
import { createHandlers, createLogger, createPortPipe, dispatch, eventData } from '#host'
import type { PortLike } from '#host'
import { createFolderDialog } from './folder-dialog.ts'

// The engine's process. Its entry is plain Node but for the port to its parent: the same engine runs under the command line and in tests.

const dataDir = flag('data') ?? join(homedir(), '.wheelhouse')
const resources = flag('resources') ?? join(import.meta.dirname, '../..')
const parent = process.parentPort
const log = createLogger({
  write: (line) => appendFileSync(join(dataDir, 'wheelhouse.log'), line),
  now: () => new Date(),
})
const dialog = createFolderDialog((message) => parent.postMessage(message))
let starter: StarterConnection | undefined
// Connections that come before the engine is ready are kept by their ports, which start only when they are listened to.
const handlers = start()

parent.on('message', ({ data, ports }) => {
  if (dialog.answer(data)) return
  const [port] = ports
  if (port === undefined) return
  if (isStarter(data)) {
    starter = starterOn(port)
    return
  }
  void handlers.then((ready) => {
    const pipe = createPortPipe(port, { peer: 'window', frameOf: eventData })
    dispatch(ready, pipe, { log, now: () => performance.now() })
  })
})

async function start() {
  const shell = await createShellEnvironment({ env: environment(), platform: process.platform })()
  const demo = openDemoPort(join(dataDir, 'demo'), { resources })
  const version = flag('version') ?? '0.0.0'
  const engine = await createEngine({
    version,
    background: true,
    dataDir,
    home: homedir(),
    env: shell.env,
    moduleFile: join(resources, 'build/wasm/wheelhouse.wasm.br'),
    wasmWorker: new URL('wasm-worker.js', import.meta.url),
    demo,
    // Each connection is used once: a process that has ended comes back with another.
    starter: () => {
      const given = starter
      starter = undefined
      return given
    },
  })
  if (process.argv.includes('--demo')) {
    // The window shows what goes wrong with it; nothing else waits for it.
    void engine.handlers['demo.open']({}, { signal: new AbortController().signal }).catch(
      (error: unknown) => {
        log({ level: 'error', message: 'The demo could not be opened.', error })
      },
    )
  }
  return createHandlers(engine.handlers, {
    about: { version, mode: 'desktop', platform: process.platform },
    demo: () => (demo.isOpen() ? 'on' : 'available'),
    pickFolder: dialog.pick,
  })
}

function isStarter(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'starter'
}

function starterOn(port: PortLike): StarterConnection {
  const { send, onFrame, onClose, close } = createPortPipe(port, { peer: 'starter', frameOf: eventData })
  return { send, onMessage: onFrame, onClose, close }
}

function flag(name: string): string | undefined {
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3)
}

function environment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
