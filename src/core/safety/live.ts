import type { ResourceKey, SafetyReason } from '#contract'
import { displayKey } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

/** A live object as it was found; `unknown` is neither there nor absent. */
export type LiveObject =
  | { readonly state: 'present'; readonly object: JsonObject }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly why: string }

/** What was read of an object; keys that nobody asked for are unknown. */
export type LiveOf = (key: ResourceKey) => LiveObject

export function unread(key: ResourceKey, what: string, why: string): SafetyReason {
  return {
    code: 'NOT_READ',
    level: 'unknown',
    key,
    words: `${displayKey(key)}: ${what} could not be looked at: ${why}`,
  }
}
