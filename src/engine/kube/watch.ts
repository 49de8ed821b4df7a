import type { JsonObject } from '#core'

/**
 * `live` = what was heard is current; `reconnecting` = the stream was cut and is being taken up again; `stale` = that failed, next try at
 * `retryAt`; `failed` = it cannot work before somebody does something (no right, no such kind, sign-in needed); tried again slowly.
 */
export type WatchState = {
  readonly state: 'connecting' | 'live' | 'reconnecting' | 'stale' | 'failed'
  /** Since when (ISO): for all but `live` and `connecting`, when it was last known to be current. */
  readonly since: string
  readonly retryAt?: string
  readonly failure?: { readonly code: string; readonly message: string }
}

/** `reset` replaces everything heard before; `delete` carries the last state of the object. */
export type WatchEvent =
  | { readonly type: 'reset'; readonly items: readonly JsonObject[] }
  | { readonly type: 'upsert'; readonly object: JsonObject }
  | { readonly type: 'delete'; readonly object: JsonObject }
  | ({ readonly type: 'state' } & WatchState)

export type WatchListener = (event: WatchEvent) => void

export type Watch = {
  readonly state: () => WatchState
  /** Ends this listener; the connection ends with its last listener. */
  readonly close: () => void
}
