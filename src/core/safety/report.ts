import type { ResourceKey, SafetyReason, SyncRecord } from '#contract'
import { keyString } from '../manifest/index.ts'
import type { Manifest } from '../manifest/index.ts'
import { configReasons } from './configs.ts'
import { crdReasons } from './definitions.ts'
import { immutableReasons } from './immutable.ts'
import { imageReasons } from './images.ts'
import type { LiveOf } from './live.ts'
import { recordReasons } from './records.ts'
import { claimReasons } from './claims.ts'

/** Everything that was read for it; core asks nobody. */
export type SafetyInput = {
  readonly before: readonly Manifest[]
  readonly after: readonly Manifest[]
  readonly renderedHash: string | undefined
  readonly live: LiveOf
  /** Sync records, newest first; undefined = they could not be read, and why. */
  readonly records: readonly SyncRecord[] | { readonly unread: string }
  /** Images that were seen running: of ready pods, and of states that ran healthy. */
  readonly images: ReadonlySet<string> | { readonly unread: string }
  readonly context: string
  readonly now: string
}

const order: Readonly<Record<SafetyReason['level'], number>> = { danger: 0, caution: 1, unknown: 2, note: 3 }

/** The live objects that the report will ask for: what has to be read. No rule asks for more because of what another one found. */
export function askedKeys({ before, after }: Pick<SafetyInput, 'before' | 'after'>): readonly ResourceKey[] {
  const asked = new Map<string, ResourceKey>()
  const live: LiveOf = (key) => {
    asked.set(keyString(key), key)
    return { state: 'unknown', why: 'not read yet' }
  }
  const sides = { before, after, live }
  crdReasons(sides)
  claimReasons(sides)
  immutableReasons(sides)
  configReasons(sides)
  return [...asked.values()]
}

/** The reasons for and against a result, most serious first. */
export function safetyReport(input: SafetyInput): readonly SafetyReason[] {
  const reasons = [
    ...crdReasons(input),
    ...claimReasons(input),
    ...immutableReasons(input),
    ...configReasons(input),
    ...imageReasons(input),
    ...recordReasons(input),
  ]
  return reasons.toSorted((a, b) => order[a.level] - order[b.level])
}
