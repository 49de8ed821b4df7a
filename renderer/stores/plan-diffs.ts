import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { ManifestDiff, ResourceKey } from '#contract'
import { failureOf } from '../transport/failure-of.ts'
import type { Link } from '../transport/link.ts'
import { keyText } from './key-text.ts'
import type { Load } from './load.ts'
import { failed, loading, ready } from './load.ts'

export type PlanDiffs = {
  readonly store: StoreApi<{ readonly diffs: ReadonlyMap<string, Load<ManifestDiff>> }>
  readonly fetch: (planId: string, key: ResourceKey) => Promise<void>
}

export function diffId(planId: string, key: ResourceKey): string {
  return `${planId} ${keyText(key)}`
}

const kept = 60

/** Diffs of plan objects, asked for when one is opened; the oldest are forgotten. */
export function createPlanDiffs(link: Link): PlanDiffs {
  const store = createStore<{ diffs: ReadonlyMap<string, Load<ManifestDiff>> }>(() => ({ diffs: new Map() }))
  const put = (id: string, load: Load<ManifestDiff>) =>
    store.setState(({ diffs }) => ({ diffs: new Map([...diffs, [id, load] as const].slice(-kept)) }))
  return {
    store,
    fetch: async (planId, key) => {
      const id = diffId(planId, key)
      const known = store.getState().diffs.get(id)
      if (known?.status === 'ready' || known?.status === 'loading') return
      put(id, loading(Date.now()))
      try {
        put(id, ready(await link.client.call('plan.diff', { planId, key })))
      } catch (error) {
        put(id, failed(failureOf(error)))
      }
    },
  }
}
