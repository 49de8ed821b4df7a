import { AppError } from '#contract'
import type { Change, Outcome } from '#contract'
import { displayKey } from '#core'
import type { JsonObject, ObjectState } from '#core'
import { conflictCauses } from '../kube/index.ts'
import type { Cluster } from '../kube/index.ts'
import { pause } from './clock.ts'
import { asSent } from './asked.ts'
import { codeOf } from './read-live.ts'
import { retrying } from './retry.ts'
import { takeOver } from './take-over.ts'
import type { Clock } from './sync.ts'

export type ApplyContext = {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly revision: string
  /** Fields of people's tools may be overruled. */
  readonly overrule: boolean
  /** Kinds whose definition this sync made: the server may need a moment to serve them. */
  readonly fresh: (key: ObjectState['key']) => boolean
  readonly signal?: AbortSignal | undefined
}

/** `object` as the server keeps it, after a write. */
export type Applied = { readonly outcome: Outcome; readonly object?: JsonObject }

/**
 * Writes one approved change. Unforced first: only what was contested in the approved plan, by the same manager, is forced. Throws
 * SYNC_STOPPED when something else is contested now, and KUBE_UNREACHABLE when the server stays away; all else is the object's outcome.
 */
export async function applyOne(context: ApplyContext, state: ObjectState, change: Change): Promise<Applied> {
  const began = context.clock.now()
  const { key } = state
  const done = (outcome: Outcome['outcome'], more: Partial<Outcome> = {}): Outcome => ({
    key,
    outcome,
    durationMs: context.clock.now() - began,
    ...more,
  })
  try {
    const object = await retrying(context, () => write(context, state, change))
    return { outcome: done(change.action === 'create' ? 'created' : 'updated'), object }
  } catch (error) {
    if (!(error instanceof AppError) || ends.has(error.code)) throw error
    return { outcome: done('failed', { code: error.code, message: error.message }) }
  }
}

/** These are no trouble of one object. */
const ends: ReadonlySet<string> = new Set([
  'SYNC_STOPPED',
  'KUBE_UNREACHABLE',
  'KUBE_UNAUTHORIZED',
  'KUBE_TLS',
  'CANCELLED',
])

async function write(context: ApplyContext, state: ObjectState, change: Change): Promise<JsonObject> {
  const { cluster, revision } = context
  const live = state.live.state === 'present' ? state.live.object : undefined
  const payload = asSent(state.payload, live, revision)
  if (change.takeOver && live !== undefined)
    await takeOver(cluster, { key: state.key, apiVersion: String(payload.apiVersion), live })
  try {
    return await patchWhenServed(context, state, payload)
  } catch (error) {
    const causes = conflictCauses(error)
    if (causes === undefined) throw error
    const approved = new Set(
      change.contested.filter(({ overrule }) => overrule).map(({ path, manager }) => `${path}\0${manager}`),
    )
    const others = causes.filter(({ field, manager }) => !approved.has(`${field}\0${manager}`))
    if (others.length > 0 || !context.overrule) {
      const words = others.map(({ field, manager }) => `${field} (${manager})`).join(', ')
      throw new AppError('SYNC_STOPPED', {
        message: `${displayKey(state.key)}: ${words === '' ? 'fields' : words} became contested after the plan was approved.`,
        subject: displayKey(state.key),
        action: 'show-plan',
      })
    }
    return cluster.patchApply(payload, { force: true })
  }
}

const servedAfterMs = 10_000

/** A definition is established some moments before its kind is served everywhere. */
async function patchWhenServed(
  context: ApplyContext,
  state: ObjectState,
  payload: JsonObject,
): Promise<JsonObject> {
  const until = context.clock.now() + servedAfterMs
  for (;;) {
    try {
      return await context.cluster.patchApply(payload)
    } catch (error) {
      const notServed = codeOf(error) === 'KUBE_UNKNOWN_KIND' || codeOf(error) === 'KUBE_NOT_FOUND'
      if (!notServed || !context.fresh(state.key) || context.clock.now() > until) throw error
      await pause(context.clock, 200, context.signal)
    }
  }
}
