import { AppError } from '#contract'
import type { Pipe } from '#contract'

/** What Node's MessagePort and Electron's MessagePortMain share. */
export type PortLike = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start?(): void
  close(): void
}

/**
 * One end of a message channel as a pipe. Electron's ports give an event around the message, Node's the message itself: `frameOf` takes
 * the frame out.
 */
export function createPortPipe(
  port: PortLike,
  options: { readonly peer: string; readonly frameOf?: (message: unknown) => unknown },
): Pipe {
  const { peer } = options
  const frameOf = options.frameOf ?? ((message: unknown) => message)
  const closeListeners: (() => void)[] = []
  let open = true
  const closed = () => {
    if (!open) return
    open = false
    for (const listener of closeListeners) listener()
  }
  port.on('close', closed)
  return {
    peer,
    send: (frame) => {
      // A closed port swallows messages: the caller would wait for ever.
      if (!open)
        throw new AppError('UNAVAILABLE', { message: `${peer} has closed the connection.`, retryable: true })
      port.postMessage(frame)
    },
    onFrame: (listener) => {
      port.on('message', (message) => listener(frameOf(message)))
      port.start?.()
    },
    onClose: (listener) => void closeListeners.push(listener),
    close: () => {
      port.close()
      closed()
    },
  }
}

/** `frameOf` for Electron's MessagePortMain, in the main and in utility processes. */
export function eventData(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined
}
