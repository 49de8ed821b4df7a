import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Signature } from '#contract'

export type Signatures = {
  readonly store: StoreApi<{ readonly known: ReadonlyMap<string, Signature> }>
  /** These commits are in view. Asked about one batch after the other: what left the view meanwhile is not asked about. */
  readonly see: (commits: readonly string[]) => void
}

const coalesceMs = 150
const mostAtOnce = 40

/** Signatures of the commits that somebody looked at. `ask` may fail: the list goes on without them. */
export function createSignatures(
  ask: (commits: readonly string[]) => Promise<readonly Signature[]>,
): Signatures {
  const store = createStore<{ readonly known: ReadonlyMap<string, Signature> }>(() => ({ known: new Map() }))
  let wanted: readonly string[] = []
  let busy = false
  const work = async () => {
    const { known } = store.getState()
    const commits = wanted.filter((oid) => !known.has(oid)).slice(0, mostAtOnce)
    if (commits.length === 0) return
    const answers = await ask(commits)
    store.setState(({ known: before }) => ({
      known: new Map([...before, ...answers.map((one) => [one.commit, one] as const)]),
    }))
    // A commit that was not answered would be asked about for ever.
    if (answers.length === commits.length) await work()
  }
  const begin = () => {
    work()
      .catch(() => undefined)
      .finally(() => (busy = false))
  }
  return {
    store,
    see: (commits) => {
      wanted = commits
      if (busy) return
      busy = true
      setTimeout(begin, coalesceMs)
    },
  }
}
