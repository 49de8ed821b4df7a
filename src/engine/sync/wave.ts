import { AppError } from '#contract'
import type { Change, Outcome } from '#contract'
import { displayKey, keyString, stringAt, toChange } from '#core'
import type { ObjectState } from '#core'
import { applyOne } from './apply.ts'
import type { ApplyContext } from './apply.ts'
import { inspect } from './inspect.ts'
import { mapAdaptive } from './pool.ts'
import type { Progress } from './progress.ts'
import { retrying } from './retry.ts'
import { sha256 } from './room.ts'
import type { Room } from './room.ts'
import { fenceOf } from './wait.ts'
import type { Fence } from './wait.ts'
import type { SyncRequest } from './sync.ts'

export type WaveResult = {
  /** Written by this plan, now or by an earlier run of it: these are waited for. */
  readonly fences: readonly Fence[]
  readonly failed: Outcome | undefined
  /** Objects that are left alone, with their reason: nothing is pruned then. */
  readonly skipped: number
}

type Step = { readonly state: ObjectState; readonly change: Change; readonly planned: Change | undefined }

/**
 * One wave: read again, check that each object still is as it was approved (else SYNC_STOPPED before the first write of the wave), write
 * kind by kind, all of one kind at once.
 */
export async function applyWave(
  room: Room,
  request: SyncRequest & {
    readonly setId: string
    readonly progress: Progress
    readonly signal: AbortSignal
  },
  keys: ReadonlySet<string>,
): Promise<WaveResult> {
  const { plan, progress, signal, setId } = request
  const planned = new Map(plan.changes.map((change) => [keyString(change.key), change]))
  const { states } = await retrying({ clock: room.clock, signal }, () =>
    inspect(room, request, { only: keys, signal }),
  )
  const steps = states.map((state) => ({
    state,
    change: toChange(state, { setId, sha256 }),
    planned: planned.get(keyString(state.key)),
  }))
  for (const step of steps) checkApproved(step)
  const fences: Fence[] = []
  let failed: Outcome | undefined
  let skipped = 0
  for (const step of steps) {
    const left = leftAlone(step)
    if (left === undefined) continue
    progress.outcome(left)
    if (left.outcome === 'failed') failed ??= left
    else if (left.outcome === 'skipped' && step.change.action !== 'hook') skipped += 1
    else if (step.state.live.state === 'present') fences.push(fenceOf(step.state.key, step.state.live.object))
  }
  const context = applyContext(room, request)
  for (const group of byKind(
    steps.filter(({ change }) => change.action === 'create' || change.action === 'update'),
  )) {
    if (failed !== undefined || signal.aborted) break
    await mapAdaptive(group, room.clock, async ({ state, change, planned: approved }) => {
      if (signal.aborted) return progress.outcome({ key: state.key, outcome: 'cancelled', durationMs: 0 })
      const { outcome, object } = await applyOne(context, state, {
        ...change,
        contested: approved?.contested ?? [],
      })
      progress.outcome(outcome)
      if (object !== undefined) fences.push(fenceOf(state.key, object))
      else failed ??= outcome
    })
  }
  return { fences, failed, skipped }
}

/** The world must be as it was shown. What is already as desired was done by an earlier run of this plan, or by anyone: fine. */
function checkApproved({ state, change, planned }: Step): void {
  const calm = change.action === 'unchanged' || change.action === 'hook'
  const refused = change.action === 'blocked' && state.refusal !== undefined && planned?.verified === 'none'
  if (calm || refused || change.action === 'unknown') return
  const same =
    planned !== undefined && planned.action === change.action && planned.diffHash === change.diffHash
  const left = change.action === 'blocked' && planned?.action === 'blocked'
  if (same || left) return
  throw new AppError('SYNC_STOPPED', {
    message: `${displayKey(state.key)} is no longer as the plan showed it (${planned?.action ?? 'unchanged'} then, ${change.action} now).`,
    subject: displayKey(state.key),
    action: 'show-plan',
  })
}

/** The outcome of an object that is not written; undefined for those that are, and for what was and is unchanged. */
function leftAlone({ state, change, planned }: Step): Outcome | undefined {
  const { key } = state
  const reason = change.reasons[0]
  const words = reason === undefined ? {} : { code: reason.code, message: reason.message }
  switch (change.action) {
    case 'hook':
    case 'unknown':
      return { key, outcome: 'skipped', durationMs: 0, ...words }
    case 'blocked':
      return { key, outcome: planned?.action === 'blocked' ? 'skipped' : 'failed', durationMs: 0, ...words }
    case 'unchanged':
      return planned === undefined || planned.action === 'unchanged'
        ? undefined
        : { key, outcome: 'unchanged', durationMs: 0 }
    default:
      return undefined
  }
}

function byKind(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups: Step[][] = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (last?.[0]?.state.key.kind === step.state.key.kind) last.push(step)
    else groups.push([step])
  }
  return groups
}

function applyContext(room: Room, request: SyncRequest & { readonly signal: AbortSignal }): ApplyContext {
  const defined = new Set(
    request.manifests
      .filter(({ key }) => key.kind === 'CustomResourceDefinition')
      .map(
        ({ object }) =>
          `${stringAt(object, 'spec', 'group') ?? ''}/${stringAt(object, 'spec', 'names', 'kind') ?? ''}`,
      ),
  )
  return {
    cluster: request.cluster,
    clock: room.clock,
    revision: request.revision,
    overrule: request.decisions.overrule,
    fresh: ({ group, kind }) => defined.has(`${group}/${kind}`),
    signal: request.signal,
  }
}
