import type { Clock } from './clock.ts'
import type { Merge } from './merge.ts'
import type { Schemas } from './schemas.ts'
import type { Store } from './store.ts'

/** What every part of the cluster works on. */
export type World = {
  readonly store: Store
  readonly schemas: Schemas
  readonly merge: Merge
  readonly clock: Clock
  /** For what went wrong inside: controllers have nobody to answer to. */
  readonly log: (message: string, error: unknown) => void
}
