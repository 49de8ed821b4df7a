/** Which rows of which app's timeline somebody looks at. */
export type Focus = {
  readonly of: (appId: string) => readonly number[]
  readonly set: (appId: string, rows: readonly number[]) => void
  readonly drop: (appId: string) => void
  readonly onChange: (listener: () => void) => () => void
}

export function createFocus(): Focus {
  const inView = new Map<string, readonly number[]>()
  const listeners = new Set<() => void>()
  return {
    of: (appId) => inView.get(appId) ?? [],
    set: (appId, rows) => {
      inView.set(appId, rows)
      for (const listener of listeners) listener()
    },
    drop: (appId) => inView.delete(appId),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
