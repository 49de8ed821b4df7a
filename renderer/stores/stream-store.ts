import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Input, Output, StreamName } from '#contract'
import { follow } from '../transport/follow.ts'
import type { Link } from '../transport/link.ts'
import type { Load } from './load.ts'
import { failed, idle, loading, ready } from './load.ts'

/** The latest item of a stream that sends whole states. The last one stays while the line is down. */
export type StreamStore<T> = {
  readonly store: StoreApi<Load<T>>
  readonly start: () => void
  readonly stop: () => void
}

export function createStreamStore<N extends StreamName>(
  link: Link,
  name: N,
  input: Input<N>,
): StreamStore<Output<N>> {
  const store = createStore<Load<Output<N>>>(() => idle)
  let stop: (() => void) | undefined
  return {
    store,
    start: () => {
      stop?.()
      if (store.getState().status !== 'ready') store.setState(loading(Date.now()), true)
      stop = follow(
        link,
        { name, input },
        {
          onItem: (item) => store.setState(ready(item), true),
          onFailure: (failure) => store.setState(failed(failure), true),
        },
      )
    },
    stop: () => {
      stop?.()
      stop = undefined
    },
  }
}
