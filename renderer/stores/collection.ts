import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Delta, Failure, Input, StreamName } from '#contract'
import { follow } from '../transport/follow.ts'
import type { Link } from '../transport/link.ts'

/** A collection as its deltas have built it. `ready` once the first complete state is there. */
export type Collection<T> = {
  readonly status: 'idle' | 'loading' | 'ready' | 'failed'
  readonly items: ReadonlyMap<string, T>
  /** `seq` of the next delta. */
  readonly next: number
  /** When loading began (ms). */
  readonly since: number
  readonly failure?: Failure
}

export function emptyCollection<T>(): Collection<T> {
  return { status: 'idle', items: new Map<string, T>(), next: 0, since: 0 }
}

/** The next state, or `gap` when a delta is missing: the stream must be begun anew. Untouched items keep their identity. */
export function applyDelta<T>(
  state: Collection<T>,
  delta: Delta<T>,
  idOf: (item: T) => string,
): Collection<T> | 'gap' {
  if (delta.reset !== true && delta.seq !== state.next) return 'gap'
  const items = new Map(delta.reset === true ? [] : state.items)
  for (const item of delta.upserts) items.set(idOf(item), item)
  for (const id of delta.deletes) items.delete(id)
  return {
    status: delta.ready || state.status === 'ready' ? 'ready' : 'loading',
    items,
    next: delta.seq + 1,
    since: state.since,
  }
}

/** Follows a stream of deltas into a store. While it is begun anew the old items stay on screen. */
export function followCollection<T>(
  link: Link,
  call: { readonly name: StreamName; readonly input: Input<StreamName> },
  store: StoreApi<Collection<T>>,
  idOf: (item: T) => string,
): () => void {
  const restart = () => {
    const { status, items } = store.getState()
    const next = {
      status: status === 'ready' ? status : 'loading',
      items,
      next: 0,
      since: Date.now(),
    } as const
    store.setState(next, true)
    fresh = true
  }
  let fresh = true
  restart()
  return follow(link, call, {
    onItem: (item) => {
      const delta = item as unknown as Delta<T>
      // A new stream tells everything from the start: what it does not name is gone.
      const next = applyDelta(store.getState(), fresh ? { ...delta, reset: true } : delta, idOf)
      if (next === 'gap') {
        restart()
        return 'again'
      }
      fresh = false
      store.setState(next, true)
      return undefined
    },
    onStale: restart,
    onFailure: (failure) => store.setState({ ...store.getState(), status: 'failed', failure }, true),
  })
}

export function createCollection<T>(): StoreApi<Collection<T>> {
  return createStore<Collection<T>>(() => emptyCollection<T>())
}
