import { AppError } from '#contract'
import type { Connection } from '#contract'
import { createCredentialStore } from './auth.ts'
import { after } from './clock.ts'
import type { Clock } from './clock.ts'
import { createConnection } from './connection.ts'
import type { ContextConnection } from './connection.ts'
import { createDispatchers } from './dispatchers.ts'
import type { Kube, KubePorts } from './kube.ts'
import { readKubeconfig, resolveContext } from './kubeconfig.ts'
import type { Kubeconfig } from './kubeconfig.ts'
import { watchPaths } from './watch-files.ts'
import type { PathsWatch } from './watch-files.ts'

/** Opens the operator's kubeconfig files; see `Kube`. */
export function createKube(ports: KubePorts): Kube {
  const clock: Clock = { now: ports.now, after: ports.after ?? after, random: ports.random ?? Math.random }
  const credentials = createCredentialStore(ports, clock)
  const dispatchers = createDispatchers()
  const connections = new Map<string, ContextConnection>()
  const listeners = new Set<(connection: Connection) => void>()
  const fileListeners = new Set<() => void>()
  let watching: { readonly paths: string; readonly watch: PathsWatch } | undefined
  let config: Promise<Kubeconfig> | undefined
  let closed = false

  const tell = (state: Connection) => {
    for (const listener of listeners) listener(state)
  }
  /** While files are watched, what was read holds until they change; else it is read each time. */
  function read(): Promise<Kubeconfig> {
    if (config !== undefined) return config
    const reading = readAndTakeOver()
    if (fileListeners.size > 0) {
      config = reading
      reading.catch(() => {
        config = undefined
      })
    }
    return reading
  }
  async function readAndTakeOver(): Promise<Kubeconfig> {
    const next = await readKubeconfig(ports)
    takeOver(next)
    return next
  }
  function takeOver(next: Kubeconfig): void {
    for (const [name, connection] of connections) {
      const resolved = next.contexts.get(name)
      if (resolved !== undefined && connection.update(resolved, ports.settings().caBundle)) continue
      if (resolved === undefined) connection.end(gone(name))
      connections.delete(name)
    }
    keepUsedConnections()
    watchAgain(next.paths)
  }
  function watchAgain(paths: readonly string[]): void {
    const text = paths.join('\n')
    if (fileListeners.size === 0 || watching?.paths === text) return
    watching?.watch.close()
    watching = { paths: text, watch: watchPaths(paths, clock, () => void changed()) }
  }
  async function changed(): Promise<void> {
    config = undefined
    await read().catch((error: unknown) => {
      ports.log?.({ level: 'error', message: 'the kubeconfig files could not be read', error: String(error) })
    })
    for (const listener of fileListeners) listener()
  }
  function keepUsedConnections(): void {
    const used = [...connections.values()].map((connection) => connection.keyInUse())
    dispatchers.keepOnly(new Set(used.filter((key) => key !== undefined)))
  }
  async function connectionOf(name: string): Promise<ContextConnection> {
    const resolved = resolveContext(await read(), name)
    // A connection that nobody ends keeps the process alive.
    if (closed) throw new AppError('CANCELLED', { message: `${name}: the clusters were closed.` })
    const found =
      connections.get(name) ??
      createConnection({
        resolved,
        caBundle: ports.settings().caBundle,
        ports,
        clock,
        credentials,
        dispatchers,
        onState: tell,
      })
    connections.set(name, found)
    return found
  }
  return {
    contexts: async () => {
      const { contexts, problems } = await read()
      return { contexts: [...contexts.values()].map(({ context }) => context), problems }
    },
    watchFiles: (onChange) => {
      fileListeners.add(onChange)
      // Read anew: what was read before may be older than the watch.
      config = undefined
      void read().catch(() => undefined)
      return () => {
        fileListeners.delete(onChange)
        if (fileListeners.size > 0) return
        watching?.watch.close()
        watching = undefined
        config = undefined
      }
    },
    connect: async (name, options = {}) => {
      const connection = await connectionOf(name)
      return await unlessAborted(connection.connect(), name, options.signal)
    },
    release: (name) => {
      const connection = connections.get(name)
      connections.delete(name)
      connection?.release()
      keepUsedConnections()
    },
    retry: (name) => connections.get(name)?.retry(),
    connections: () => [...connections.values()].map((connection) => connection.state()),
    onConnection: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      closed = true
      watching?.watch.close()
      watching = undefined
      fileListeners.clear()
      for (const [name, connection] of connections) connection.end(gone(name))
      connections.clear()
      credentials.close()
      await dispatchers.close()
    },
  }
}

function gone(name: string): AppError {
  return new AppError('CONTEXT_MISSING', {
    message: `Context ${name} is no longer in the kubeconfig files.`,
    subject: name,
    action: 'choose-context',
  })
}

/** Only this caller stops waiting; the connection is made for the others. */
function unlessAborted<T>(work: Promise<T>, name: string, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(new AppError('CANCELLED', { message: `Context ${name}: cancelled.`, subject: name }))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
