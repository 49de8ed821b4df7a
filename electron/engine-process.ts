import { MessageChannelMain, utilityProcess } from 'electron'
import type { MessagePortMain, UtilityProcess } from 'electron'

export type EngineProcess = {
  /** A new connection to the running engine; undefined while it is being started again. */
  readonly connect: () => MessagePortMain | undefined
  readonly stop: () => void
}

const restartPausesMs = [0, 500, 2_000, 10_000]
const calmAfterMs = 60_000

/**
 * Keeps the engine running in a process of its own: a big diff never freezes a window, and a crash restarts the engine, not the app. The
 * window stays and connects again with its next call.
 */
export function startEngine(options: {
  readonly entry: string
  readonly args: readonly string[]
  readonly onMessage: (message: unknown, answer: (message: unknown) => void) => void
}): EngineProcess {
  let child: UtilityProcess | undefined
  let crashes = 0
  let stopped = false
  const start = () => {
    // The pause before a restart may outlast the app.
    if (stopped) return
    const startedAt = Date.now()
    const started = utilityProcess.fork(options.entry, [...options.args], {
      serviceName: 'Wheelhouse engine',
      stdio: 'inherit',
    })
    started.once('spawn', () => {
      child = started
    })
    started.on('message', (message: unknown) =>
      options.onMessage(message, (answer) => started.postMessage(answer)),
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
    connect: () => {
      if (child === undefined) return undefined
      const { port1, port2 } = new MessageChannelMain()
      child.postMessage({ type: 'connect' }, [port1])
      return port2
    },
    stop: () => {
      stopped = true
      child?.kill()
    },
  }
}
