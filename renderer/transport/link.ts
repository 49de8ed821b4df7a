import type { Api, Client, Pipe } from '#contract'

/** How the window reaches the engine. `refused`: it will not get better by waiting. */
export type LinkState =
  | { readonly status: 'connecting' }
  | { readonly status: 'open' }
  | { readonly status: 'closed'; readonly retryAt: number }
  | { readonly status: 'refused'; readonly why: string }

/** A pipe that opens itself again and says how it stands. */
export type LivePipe = Pipe & {
  readonly state: () => LinkState
  readonly onState: (listener: (state: LinkState) => void) => () => void
  /** Tries to open at once instead of waiting. */
  readonly retry: () => void
}

/** The typed client together with the state of its pipe: all that stores know of the outside. */
export type Link = {
  readonly client: Client<Api>
  readonly state: () => LinkState
  readonly onState: (listener: (state: LinkState) => void) => () => void
  readonly retry: () => void
}

/** Waits a little longer after each failure in a row: 0.5, 1, 2, 4 and then every 5 s. */
export function retryDelayMs(failures: number): number {
  return Math.min(5000, 500 * 2 ** Math.max(0, failures - 1))
}

/** Listeners and the last state said: the part that both transports share. */
export function createStateTeller(initial: LinkState) {
  let current = initial
  const listeners = new Set<(state: LinkState) => void>()
  return {
    state: () => current,
    onState: (listener: (state: LinkState) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell: (state: LinkState) => {
      current = state
      for (const listener of listeners) listener(state)
    },
  }
}
