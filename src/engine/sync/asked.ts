import type { IgnoredField } from '#contract'
import { revisionAnnotation, stringsAt, withAt } from '#core'
import type { JsonObject, LiveState } from '#core'
import type { Wanted } from './prepare.ts'

/** One object that is to be compared: what would be sent, and what is there. */
export type Asked = {
  readonly wanted: Wanted
  readonly payload: JsonObject
  readonly live: LiveState
  readonly ignored: readonly IgnoredField[]
}

/** The live revision annotation goes along: leaving it out would take it away and so rewrite an unchanged object. */
export function asSent(payload: JsonObject, live: JsonObject | undefined, revision?: string): JsonObject {
  const note = revision ?? stringsAt(live, 'metadata', 'annotations')[revisionAnnotation]
  return note === undefined ? payload : withAt(payload, ['metadata', 'annotations', revisionAnnotation], note)
}
