import { createStateTeller } from './link.ts'
import type { LivePipe } from './link.ts'

/** What the preload script exposes in the desktop app. */
export type PreloadPort = {
  readonly send: (frame: unknown) => void
  readonly onFrame: (listener: (frame: unknown) => void) => void
  readonly onClose: (listener: () => void) => void
}

const restartMs = 700

/** The pipe over the preload port. When the engine ended it is being started again: the next frame opens a new connection. */
export function createPreloadPipe(
  port: PreloadPort,
  schedule: (run: () => void, ms: number) => void,
): LivePipe {
  const teller = createStateTeller({ status: 'open' })
  port.onClose(() => {
    teller.tell({ status: 'closed', retryAt: Date.now() + restartMs })
    schedule(() => teller.tell({ status: 'open' }), restartMs)
  })
  return {
    peer: 'the engine',
    send: port.send,
    onFrame: port.onFrame,
    onClose: port.onClose,
    close: () => undefined,
    state: teller.state,
    onState: teller.onState,
    retry: () => teller.tell({ status: 'open' }),
  }
}
