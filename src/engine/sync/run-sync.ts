import { AppError } from '#contract'
import { checkApproval, displayKey, keyString, renderedHash } from '#core'
import { isoTime } from './clock.ts'
import { ancestryOf } from './create-plan.ts'
import { namespaceKey } from './inspect.ts'
import { createLiveStore } from './live-store.ts'
import type { LiveStore } from './live-store.ts'
import { hintsOf, joinHints, readHints, setIdOf } from './parent.ts'
import { prepare } from './prepare.ts'
import type { Wanted } from './prepare.ts'
import { cancelled, conclude, failed, toEnd } from './ending.ts'
import type { End } from './ending.ts'
import { createProgress } from './progress.ts'
import type { Progress } from './progress.ts'
import { pruneApproved } from './prune.ts'
import { lastSyncedOf, readRecords } from './records.ts'
import { retrying } from './retry.ts'
import { sha256 } from './room.ts'
import type { Room } from './room.ts'
import { openSession } from './session.ts'
import type { Session } from './session.ts'
import { waitHealthy } from './wait.ts'
import type { Fence } from './wait.ts'
import { applyWave } from './wave.ts'
import type { SyncRequest, SyncResult } from './sync.ts'

const usualTimeoutMs = 10 * 60_000

/** Carries out an approved plan; see `Sync.runSync`. */
export async function runSync(room: Room, request: SyncRequest): Promise<SyncResult> {
  const { cluster, target, signal } = request
  checkRequest(request)
  const setId = setIdOf(target)
  const wanted = await prepare({ cluster, namespace: target.namespace, setId, signal }, request.manifests)
  const progress = createProgress(room.clock, request.onEvent)
  progress.step('apply', 'running', 'Taking the lock.')
  await makeNamespace(room, request, progress)
  const session = await openSession(
    room,
    request,
    hintsOf(
      wanted.map(({ key }) => key),
      target.namespace,
    ),
  )
  const store = createLiveStore(cluster)
  try {
    await checkAncestry(request, session)
  } catch (error) {
    store.close()
    await session.abandon()
    throw error
  }
  try {
    const ended = await carryOut(room, { request, session, store, progress, wanted, setId })
    return await conclude(request, session, progress, ended)
  } catch (error) {
    return await conclude(request, session, progress, toEnd(error, session, request))
  } finally {
    store.close()
  }
}

/** Everything that needs no cluster to be refused. */
function checkRequest({
  plan,
  cluster,
  decisions,
  context,
  manifests,
  revision,
  renderedHash: hash,
}: SyncRequest): void {
  if (plan.clusterUid !== cluster.uid)
    throw new AppError('CLUSTER_CHANGED', {
      message: `${cluster.context} is another cluster than the plan was made for.`,
      subject: cluster.context,
      action: 'show-plan',
    })
  if (plan.revision !== revision || plan.renderedHash !== hash || renderedHash(manifests, sha256) !== hash)
    throw new AppError('PLAN_STALE', {
      message: 'The manifests are not those that the plan was made from.',
      action: 'show-plan',
    })
  const [refusal] = checkApproval(plan, decisions, context)
  if (refusal !== undefined)
    throw new AppError(refusal.code as ConstructorParameters<typeof AppError>[0], {
      message: refusal.message,
      action: 'show-plan',
    })
}

/** Step 0: the destination, when the approved plan says that it is made. The parent stands in it, so it comes before the lock. */
async function makeNamespace(
  room: Room,
  { cluster, target, plan }: SyncRequest,
  progress: Progress,
): Promise<void> {
  const key = namespaceKey(target.namespace)
  const change = plan.changes.find((one) => keyString(one.key) === keyString(key))
  if (change?.action !== 'create') return
  const began = room.clock.now()
  await retrying({ clock: room.clock }, () =>
    cluster.patchApply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: target.namespace } }),
  )
  progress.outcome({ key, outcome: 'created', durationMs: room.clock.now() - began })
}

/** Again under the lock: a colleague may have synced something newer since the plan. */
async function checkAncestry({ history, revision, decisions }: SyncRequest, session: Session): Promise<void> {
  const lastSynced = lastSyncedOf(readRecords(session.before))
  const { ancestry } = await ancestryOf(history, lastSynced, revision)
  if (decisions.rollback || (ancestry !== 'not-newer' && ancestry !== 'unknown')) return
  throw new AppError('ANCESTRY', {
    message: `${lastSynced?.slice(0, 7) ?? ''} is synced and ${revision.slice(0, 7)} does not contain it.`,
    action: 'show-plan',
  })
}

type Work = {
  readonly request: SyncRequest
  readonly session: Session
  readonly store: LiveStore
  readonly progress: Progress
  readonly wanted: readonly Wanted[]
  readonly setId: string
}

async function carryOut(room: Room, work: Work): Promise<End> {
  const { request, session, progress, wanted, setId } = work
  const waves = [...Map.groupBy(wanted, ({ wave }) => wave)]
  let skipped = 0
  let fences: readonly Fence[] = []
  for (const [index, [wave, members]] of waves.entries()) {
    if (session.signal.aborted) return cancelled(session)
    progress.step(
      'apply',
      'running',
      waves.length > 1 ? `Wave ${wave} (${index + 1} of ${waves.length}).` : `${members.length} objects.`,
    )
    const keys = new Set(members.map(({ key }) => keyString(key)))
    const result = await applyWave(room, { ...request, setId, progress, signal: session.signal }, keys)
    skipped += result.skipped
    if (result.failed !== undefined)
      return failed(
        progress,
        'apply',
        result.failed.code ?? 'SYNC_FAILED',
        result.failed.message ?? displayKey(result.failed.key),
      )
    if (session.signal.aborted) return cancelled(session)
    fences = result.fences
    const last = index === waves.length - 1
    if (last) progress.step('apply', 'done')
    const end = await waitForWave(room, work, fences, last)
    if (end !== undefined) return end
  }
  if (waves.length === 0) progress.step('apply', 'done', 'There is nothing to apply.')
  progress.step('health', 'done')
  return prune(room, work, skipped)
}

async function waitForWave(
  room: Room,
  work: Work,
  fences: readonly Fence[],
  last: boolean,
): Promise<End | undefined> {
  const { request, session, store, progress } = work
  if (fences.length === 0) return undefined
  if (last) progress.step('health', 'running', `Waiting for ${fences.length} objects.`)
  const result = await waitHealthy(store, fences, {
    clock: room.clock,
    timeoutMs: request.healthTimeoutMs ?? usualTimeoutMs,
    signal: session.signal,
    onHealth: progress.health,
  })
  if (result.state === 'healthy') return undefined
  if (result.state === 'cancelled') return { ...cancelled(session), complete: last }
  const code = result.state === 'degraded' ? 'HEALTH_DEGRADED' : 'HEALTH_TIMEOUT'
  return { ...failed(progress, last ? 'health' : 'apply', code, result.words), complete: last }
}

async function prune(room: Room, work: Work, skipped: number): Promise<End> {
  const { request, session, store, progress, wanted, setId } = work
  const hints = joinHints(
    readHints(session.before),
    hintsOf(
      wanted.map(({ key }) => key),
      request.target.namespace,
    ),
  )
  const former = hints.kinds.length + hints.namespaces.length
  const now = hintsOf(
    wanted.map(({ key }) => key),
    request.target.namespace,
  )
  // Also without a prune: hints of kinds that nothing has any more are given up.
  const wants =
    former > now.kinds.length + now.namespaces.length ||
    request.plan.changes.some(({ action }) => action === 'prune')
  const done: End = { state: 'done', complete: true, healthyAt: isoTime(room.clock) }
  if (!wants) {
    progress.step('prune', 'skipped')
    return done
  }
  if (skipped > 0) {
    progress.step('prune', 'skipped', `${skipped} object(s) were left alone, so nothing is pruned.`)
    return done
  }
  progress.step('prune', 'running')
  const { left, failed: first } = await pruneApproved(room, request, {
    setId,
    desired: wanted.map(({ key }) => key),
    session,
    store,
    progress,
    timeoutMs: request.healthTimeoutMs ?? usualTimeoutMs,
  })
  if (first !== undefined)
    return {
      ...failed(progress, 'prune', first.code ?? 'SYNC_FAILED', first.message ?? displayKey(first.key)),
      complete: true,
      hints: left,
    }
  if (session.signal.aborted) return { ...cancelled(session), complete: true }
  progress.step('prune', request.decisions.prune ? 'done' : 'skipped')
  return { ...done, hints: left }
}
