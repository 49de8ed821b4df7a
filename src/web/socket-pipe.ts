import type { Buffer } from 'node:buffer'
import type { RawData, WebSocket } from 'ws'
import { AppError } from '#contract'
import type { Pipe } from '#contract'

/** Bytes that may wait for a reader who does not read; past it the connection is closed with 1013 (try again later). */
const maxBufferedBytes = 64 * 1024 * 1024
/** A frame from the window: inputs are ids and short texts. */
export const maxPayloadBytes = 1024 * 1024

export type SocketPipeOptions = {
  readonly peer: string
  /** A peer that has not answered the last ping by the next one is gone. */
  readonly pingMs: number
  readonly maxBufferedBytes?: number
}

/** The server's end of a WebSocket as a pipe: one JSON text per frame. */
export function createSocketPipe(socket: WebSocket, options: SocketPipeOptions): Pipe {
  const { peer } = options
  // One Buffer per message, whatever its fragments.
  socket.binaryType = 'nodebuffer'
  const limit = options.maxBufferedBytes ?? maxBufferedBytes
  const stopPings = keepAlive(socket, options.pingMs)
  const closeListeners: (() => void)[] = []
  let open = true
  const closed = () => {
    if (!open) return
    open = false
    stopPings()
    for (const listener of closeListeners) listener()
  }
  socket.on('close', closed)
  // 'close' follows every error; unheard it would end the process.
  socket.on('error', () => socket.terminate())
  return {
    peer,
    send: (frame) => {
      if (!open || socket.readyState !== socket.OPEN)
        throw new AppError('UNAVAILABLE', { message: `${peer} has closed the connection.`, retryable: true })
      socket.send(JSON.stringify(frame))
      if (socket.bufferedAmount <= limit) return
      socket.close(1013, 'not reading')
      // It does not read the closing either.
      socket.terminate()
      closed()
    },
    onFrame: (listener) =>
      void socket.on('message', (data, isBinary) => {
        const frame = isBinary ? undefined : parse(data)
        if (frame === undefined) socket.close(isBinary ? 1003 : 1007)
        else listener(frame.value)
      }),
    onClose: (listener) => void closeListeners.push(listener),
    close: () => {
      socket.close(1000)
      closed()
    },
  }
}

function parse(data: RawData): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse((data as Buffer).toString('utf8')) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function keepAlive(socket: WebSocket, pingMs: number): () => void {
  let answered = true
  socket.on('pong', () => (answered = true))
  const timer = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
    return undefined
  }, pingMs)
  timer.unref()
  return () => clearInterval(timer)
}
