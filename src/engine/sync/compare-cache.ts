import type { Comparison, Reason } from '#core'

/** What a dry-run answered for one object. */
export type Compared = {
  readonly comparison?: Comparison | undefined
  readonly refusal?: Reason | undefined
  readonly verified: 'server' | 'local' | 'none'
  readonly notes: readonly Reason[]
}

/**
 * Comparisons by (cluster, uid), good for as long as what is sent and what is live stay the same: what is unchanged costs no request.
 * The oldest are dropped past the bound.
 */
export type CompareCache = {
  readonly read: (id: string, inputHash: string) => Compared | undefined
  readonly write: (id: string, inputHash: string, compared: Compared) => void
  readonly clear: () => void
}

const maxEntries = 20_000

export function createCompareCache(): CompareCache {
  const entries = new Map<string, { readonly inputHash: string; readonly compared: Compared }>()
  return {
    read: (id, inputHash) => {
      const entry = entries.get(id)
      return entry?.inputHash === inputHash ? entry.compared : undefined
    },
    write: (id, inputHash, compared) => {
      entries.delete(id)
      entries.set(id, { inputHash, compared })
      const oldest = entries.keys().next()
      if (entries.size > maxEntries && oldest.done !== true) entries.delete(oldest.value)
    },
    clear: () => entries.clear(),
  }
}
