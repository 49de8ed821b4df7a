import { AppError } from '#contract'
import type { Pipe } from '#contract'

/** Both ends of a pipe inside this process: for the command line and for tests. Frames are cloned and delivered in a later microtask. */
export function createMemoryPipe(names: { readonly client: string; readonly server: string }): {
  readonly client: Pipe
  readonly server: Pipe
} {
  const clientSide = createSide()
  const serverSide = createSide()
  let open = true
  const close = () => {
    if (!open) return
    open = false
    for (const { closeListeners } of [clientSide, serverSide])
      for (const listener of closeListeners) listener()
  }
  const toPipe = (own: Side, other: Side, peer: string): Pipe => ({
    peer,
    send: (frame) => {
      if (!open)
        throw new AppError('UNAVAILABLE', { message: `${peer} has closed the connection.`, retryable: true })
      // As every other transport does: neither side can change what the other holds, and functions do not pass.
      const copy = structuredClone(frame)
      queueMicrotask(() => {
        if (open) for (const listener of other.frameListeners) listener(copy)
      })
    },
    onFrame: (listener) => void own.frameListeners.push(listener),
    onClose: (listener) => void own.closeListeners.push(listener),
    close,
  })
  return {
    client: toPipe(clientSide, serverSide, names.server),
    server: toPipe(serverSide, clientSide, names.client),
  }
}

type Side = {
  readonly frameListeners: ((frame: unknown) => void)[]
  readonly closeListeners: (() => void)[]
}

function createSide(): Side {
  return { frameListeners: [], closeListeners: [] }
}
