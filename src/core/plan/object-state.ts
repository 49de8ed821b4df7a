import type { Change, ResourceKey } from '#contract'
import type { Comparison } from '../diff/index.ts'
import type { Hook, JsonObject } from '../manifest/index.ts'

export type Reason = { readonly code: string; readonly message: string }

/** Unknown is not absent. */
export type LiveState =
  | { readonly state: 'absent' }
  | { readonly state: 'present'; readonly object: JsonObject }
  | { readonly state: 'unknown'; readonly reason: Reason }

/** One desired object with what was found out about it. */
export type ObjectState = {
  readonly key: ResourceKey
  readonly wave: number
  /** What would be sent. */
  readonly payload: JsonObject
  readonly hook?: Hook | undefined
  readonly live: LiveState
  /** Of an object that is there and could be compared. */
  readonly comparison?: Comparison | undefined
  /** The server would not take it, or we may not write it. */
  readonly refusal?: Reason | undefined
  readonly verified: Change['verified']
  /** What else is to be said, such as `NOT_VERIFIED`. */
  readonly notes: readonly Reason[]
}
