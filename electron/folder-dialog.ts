/** The system's folder dialog belongs to the main process: asked for by a message, answered by one. */
export function createFolderDialog(send: (message: unknown) => void) {
  const waiting = new Map<number, (path: string | undefined) => void>()
  let next = 0
  return {
    pick: () =>
      new Promise<string | undefined>((resolve) => {
        const id = next++
        waiting.set(id, resolve)
        send({ type: 'pick-folder', id })
      }),
    /** True when the message was an answer of the dialog. */
    answer: (message: unknown): boolean => {
      if (
        typeof message !== 'object' ||
        message === null ||
        !('type' in message) ||
        message.type !== 'picked'
      )
        return false
      const { id, path } = message as { readonly id?: unknown; readonly path?: unknown }
      if (typeof id === 'number') waiting.get(id)?.(typeof path === 'string' ? path : undefined)
      if (typeof id === 'number') waiting.delete(id)
      return true
    },
  }
}
