import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Input, Output, QueryOrCommandName } from '#contract'
import { failureOf } from '../transport/failure-of.ts'
import type { Link } from '../transport/link.ts'
import type { Load } from './load.ts'
import { failed, idle, loading, ready } from './load.ts'

/** One call and its latest answer. A newer question makes an older one void. */
export type Ask<N extends QueryOrCommandName> = {
  readonly store: StoreApi<Load<Output<N>>>
  readonly ask: (input: Input<N>) => Promise<Output<N> | undefined>
  readonly reset: () => void
}

/** `keep`: the old answer stays on screen while the new one is made. */
export function createAsk<N extends QueryOrCommandName>(
  link: Link,
  name: N,
  { keep = false }: { readonly keep?: boolean } = {},
): Ask<N> {
  const store = createStore<Load<Output<N>>>(() => idle)
  let current: AbortController | undefined
  const ask = async (input: Input<N>) => {
    current?.abort()
    const own = new AbortController()
    current = own
    if (!keep || store.getState().status !== 'ready') store.setState(loading(Date.now()), true)
    try {
      const value = (await link.client.call(name, input as never, { signal: own.signal })) as Output<N>
      if (current !== own) return undefined
      store.setState(ready(value), true)
      return value
    } catch (error) {
      if (current === own) store.setState(failed(failureOf(error)), true)
      return undefined
    }
  }
  const reset = () => {
    current?.abort()
    current = undefined
    store.setState(idle, true)
  }
  return { store, ask, reset }
}
