import { AppError } from '#contract'
import type { Outcome, ResourceKey } from '#contract'
import { approvedPrunes, displayKey, keyOf, keyString, pruneChanges } from '#core'
import { isParent, joinHints, hintsOf, readHints } from './parent.ts'
import type { Hints } from './parent.ts'
import { mapAdaptive } from './pool.ts'
import type { Progress } from './progress.ts'
import { codeOf, readLive } from './read-live.ts'
import { retrying } from './retry.ts'
import { sha256 } from './room.ts'
import type { Room } from './room.ts'
import type { Session } from './session.ts'
import { waitGone } from './wait.ts'
import type { LiveStore } from './live-store.ts'
import type { SyncRequest } from './sync.ts'

export type PruneRun = {
  readonly setId: string
  readonly desired: readonly ResourceKey[]
  readonly session: Session
  readonly store: LiveStore
  readonly progress: Progress
  readonly timeoutMs: number
}
export type PruneResult = {
  /** What the parent's hints must still cover. */
  readonly left: Hints
  readonly failed: Outcome | undefined
}

/**
 * Deletes what was approved: the lock confirmed first, membership and uid read again, reverse order kind by kind, each pinned to its uid, and
 * waits until it is gone. What the plan did not show is never deleted.
 */
export async function pruneApproved(room: Room, request: SyncRequest, run: PruneRun): Promise<PruneResult> {
  const { cluster, target, plan } = request
  const { setId, desired, session, progress, store } = run
  const approved = approvedPrunes(plan, request.decisions)
  await session.confirm()
  const hints = joinHints(readHints(session.before), hintsOf(desired, target.namespace))
  const read = await retrying({ clock: room.clock, signal: session.signal }, () =>
    readLive(room, { cluster, setId, home: target.namespace, wanted: [], hints, signal: session.signal }),
  )
  const members = read.members.filter((object) => !isParent(object, target))
  const changes = pruneChanges({
    members,
    desired,
    setId,
    home: target.namespace,
    unreadable: read.unreadable,
    refusals: new Map(),
    sha256,
  })
  const shown = new Map(plan.changes.map((change) => [keyString(change.key), change]))
  const chosen = changes.filter(
    ({ key, uid, action }) =>
      action === 'prune' && approved.has(keyString(key)) && shown.get(keyString(key))?.uid === uid,
  )
  for (const { key, action, needsTick } of plan.changes) {
    if (action !== 'prune' || chosen.some((one) => keyString(one.key) === keyString(key))) continue
    const why = !approved.has(keyString(key))
      ? {
          code: 'PLAN_NOT_APPROVED',
          message: `${displayKey(key)} is not in Git and stays: ${needsTick ? 'it has no tick of its own' : 'pruning was not approved'}.`,
        }
      : {
          code: 'KUBE_NOT_FOUND',
          message: `${displayKey(key)} is no longer as it was shown; nothing was deleted.`,
        }
    progress.outcome({ key, outcome: 'skipped', durationMs: 0, ...why })
  }
  const gone = new Set<string>()
  let failed: Outcome | undefined
  for (const group of byKind(chosen)) {
    if (failed !== undefined || session.signal.aborted) break
    await mapAdaptive(group, room.clock, async ({ key, uid }) => {
      const outcome = await removeOne(room, request, key, uid ?? '')
      if (outcome.outcome === 'failed') failed ??= outcome
      if (outcome.outcome !== 'pruned') progress.outcome(outcome)
    })
    const pending = group.map(({ key, uid }) => ({ key, uid: uid ?? '' }))
    const left = new Set(
      (
        await waitGone(store, pending, {
          clock: room.clock,
          timeoutMs: run.timeoutMs,
          signal: session.signal,
        })
      ).map(keyString),
    )
    for (const { key } of pending) {
      const stays = left.has(keyString(key))
      if (!stays) gone.add(keyString(key))
      const outcome: Outcome = stays
        ? {
            key,
            outcome: 'failed',
            durationMs: 0,
            code: 'HEALTH_TIMEOUT',
            message: `${displayKey(key)} is still being deleted: a finalizer holds it.`,
          }
        : { key, outcome: 'pruned', durationMs: 0 }
      progress.outcome(outcome)
      if (stays) failed ??= outcome
    }
  }
  const staying = members.map((object) => keyOf(object)).filter((key) => !gone.has(keyString(key)))
  return {
    left: read.unreadable.length > 0 ? hints : hintsOf([...desired, ...staying], target.namespace),
    failed,
  }
}

async function removeOne(
  room: Room,
  { cluster }: SyncRequest,
  key: ResourceKey,
  uid: string,
): Promise<Outcome> {
  const began = room.clock.now()
  try {
    await retrying({ clock: room.clock }, () => cluster.delete(key, { uid }))
    return { key, outcome: 'pruned', durationMs: room.clock.now() - began }
  } catch (error) {
    if (!(error instanceof AppError) || codeOf(error) === 'KUBE_UNREACHABLE') throw error
    return {
      key,
      outcome: 'failed',
      durationMs: room.clock.now() - began,
      code: error.code,
      message: error.message,
    }
  }
}

function byKind<T extends { readonly key: ResourceKey }>(changes: readonly T[]): readonly (readonly T[])[] {
  const groups: T[][] = []
  for (const change of changes) {
    const last = groups.at(-1)
    if (last?.[0]?.key.kind === change.key.kind) last.push(change)
    else groups.push([change])
  }
  return groups
}
