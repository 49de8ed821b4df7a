import { AppError } from '#contract'
import { createStateTeller, retryDelayMs } from './link.ts'
import type { LivePipe } from './link.ts'

/** What the pipe needs of a browser's WebSocket; a test hands in its own. */
export type SocketLike = {
  onopen: (() => void) | null
  onclose: ((event: { readonly code: number }) => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  readonly readyState: number
  readonly send: (text: string) => void
  readonly close: () => void
}

export type WebSocketPipeOptions = {
  readonly open: () => SocketLike
  readonly schedule: (run: () => void, ms: number) => () => void
  readonly now: () => number
}

const isOpen = 1

/** A pipe over a WebSocket that opens itself again, each time a little later, and says so. */
export function createWebSocketPipe({ open, schedule, now }: WebSocketPipeOptions): LivePipe {
  const teller = createStateTeller({ status: 'connecting' })
  const frameListeners = new Set<(frame: unknown) => void>()
  const closeListeners = new Set<() => void>()
  let socket: SocketLike | undefined
  let failures = 0
  let ended = false
  let stopWaiting: (() => void) | undefined

  const start = () => {
    stopWaiting = undefined
    const own = open()
    socket = own
    own.onopen = () => {
      failures = 0
      teller.tell({ status: 'open' })
    }
    own.onmessage = ({ data }) => {
      const frame = parseFrame(data)
      for (const listener of frameListeners) listener(frame)
    }
    own.onclose = () => {
      if (socket !== own) return
      socket = undefined
      for (const listener of closeListeners) listener()
      if (ended) return
      failures += 1
      const ms = retryDelayMs(failures)
      teller.tell({ status: 'closed', retryAt: now() + ms })
      stopWaiting = schedule(start, ms)
    }
  }
  start()
  return {
    peer: 'the engine',
    send: (frame) => {
      if (socket?.readyState !== isOpen)
        throw new AppError('UNAVAILABLE', {
          message: 'The engine is not connected.',
          action: 'retry',
          retryable: true,
        })
      socket.send(JSON.stringify(frame))
    },
    onFrame: (listener) => void frameListeners.add(listener),
    onClose: (listener) => void closeListeners.add(listener),
    close: () => {
      ended = true
      stopWaiting?.()
      socket?.close()
    },
    state: teller.state,
    onState: teller.onState,
    retry: () => {
      if (stopWaiting === undefined) return
      stopWaiting()
      teller.tell({ status: 'connecting' })
      start()
    },
  }
}

/** What is no JSON becomes `undefined`: both ends of the protocol drop what they cannot read. */
function parseFrame(data: unknown): unknown {
  if (typeof data !== 'string') return undefined
  try {
    return JSON.parse(data)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
