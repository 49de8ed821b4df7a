import { MessageChannelMain, utilityProcess } from 'electron'
import type { MessagePortMain, UtilityProcess } from 'electron'

export type EngineProcess = {
  /** A new connection to the running engine; undefined while it is being started again. */
  readonly connect: () => MessagePortMain | undefined
  readonly stop: () => void
}

const restartPausesMs = [0, 500, 2_000, 10_000]
const calmAfterMs = 60_000

type Forked = {
  readonly current: () => UtilityProcess | undefined
  readonly stop: () => void
}

/**
 * Keeps the engine running in a process of its own: a big diff never freezes a window, and a crash restarts the engine, not the app. The
 * window stays and connects again with its next call.
 */
export function startEngine(options: {
  readonly entry: string
  readonly args: readonly string[]
  /** The entry of the small process that starts git for it; the engine does so itself without one. */
  readonly starter: string | undefined
  readonly onMessage: (message: unknown, answer: (message: unknown) => void) => void
}): EngineProcess {
  const link = () => {
    const [near, far] = [engine.current(), starter?.current()]
    if (near === undefined || far === undefined) return
    const { port1, port2 } = new MessageChannelMain()
    far.postMessage({ type: 'engine' }, [port1])
    near.postMessage({ type: 'starter' }, [port2])
  }
  const engine = keepRunning({ ...options, name: 'Wheelhouse engine', onUp: link })
  const starter =
    options.starter === undefined
      ? undefined
      : keepRunning({ entry: options.starter, args: [], name: 'Wheelhouse starter', onUp: link })
  return {
    connect: () => {
      const running = engine.current()
      if (running === undefined) return undefined
      const { port1, port2 } = new MessageChannelMain()
      running.postMessage({ type: 'connect' }, [port1])
      return port2
    },
    stop: () => {
      engine.stop()
      starter?.stop()
    },
  }
}

/** Starts a process, and once more whenever it ends: at once, then after pauses while it keeps ending. */
function keepRunning(options: {
  readonly entry: string
  readonly args: readonly string[]
  readonly name: string
  readonly onUp: () => void
  readonly onMessage?: (message: unknown, answer: (message: unknown) => void) => void
}): Forked {
  let child: UtilityProcess | undefined
  let crashes = 0
  let stopped = false
  const start = () => {
    // The pause before a restart may outlast the app.
    if (stopped) return
    const startedAt = Date.now()
    const started = utilityProcess.fork(options.entry, [...options.args], {
      serviceName: options.name,
      stdio: 'inherit',
      // Each thread of glibc takes a heap of its own otherwise, and gives nothing back.
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    })
    started.once('spawn', () => {
      child = started
      options.onUp()
    })
    started.on('message', (message: unknown) =>
      options.onMessage?.(message, (answer) => started.postMessage(answer)),
    )
    started.once('exit', () => {
      child = undefined
      if (stopped) return
      crashes = Date.now() - startedAt > calmAfterMs ? 0 : crashes + 1
      setTimeout(start, restartPausesMs[Math.min(crashes, restartPausesMs.length - 1)])
    })
  }
  start()
  return {
    current: () => child,
    stop: () => {
      stopped = true
      child?.kill()
    },
  }
}
