import { AppError } from '#contract'
import type { Change, Commit, ManifestDiff, Plan, PlanBlock, ResourceKey } from '#contract'
import { afterOf, buildPlan, comparable, keyOf, keyString, manifestDiff, pruneChanges } from '#core'
import type { Ancestry, JsonObject, ObjectState, PlanInput, Reason } from '#core'
import { isoTime } from './clock.ts'
import { inspect, namespaceKey } from './inspect.ts'
import type { Inspection } from './inspect.ts'
import { shownLive } from './compare.ts'
import { isParent } from './parent.ts'
import { mapAdaptive } from './pool.ts'
import { codeOf } from './read-live.ts'
import { lastSyncedOf, readRecords } from './records.ts'
import { missingRights } from './rights.ts'
import { sha256 } from './room.ts'
import type { Room } from './room.ts'
import type { History, Planned, PlanRequest } from './sync.ts'

/** Reads, compares, guards, orders: the plan as a value. Nothing is written; dry-runs are. */
export async function createPlan(room: Room, request: PlanRequest): Promise<Planned> {
  const { cluster, target, signal } = request
  const inspection = await inspect(room, request, { signal })
  const members = inspection.read.members.filter((object) => !isParent(object, target))
  const lastSynced = lastSyncedOf(readRecords(inspection.parent))
  const [{ ancestry, brings }, rights, pruneRefusals] = await Promise.all([
    ancestryOf(request.history, lastSynced, request.revision),
    missingRights(cluster, target, {
      makesNamespace: inspection.makesNamespace,
      hasParent: inspection.parent !== undefined,
      signal,
    }),
    refusedPrunes(room, request, inspection, members),
  ])
  const plan = buildPlan({
    id: room.newId(),
    appId: target.appId,
    createdAt: isoTime(room.clock),
    revision: request.revision,
    renderedHash: request.renderedHash,
    clusterUid: cluster.uid,
    setId: inspection.setId,
    home: target.namespace,
    states: statesOf(inspection, target.namespace),
    members,
    unreadable: inspection.read.unreadable,
    pruneRefusals,
    problems: request.problems ?? [],
    lastSynced,
    ancestry,
    brings,
    blocks: [...parentBlocks(inspection), ...rights],
    sha256,
  })
  return { plan, diffOf: (key) => diffOf(plan, inspection, key) }
}

/** The destination namespace comes first when the plan makes it. It is no member: nothing ever prunes it. */
function statesOf(inspection: Inspection, home: string): readonly ObjectState[] {
  if (!inspection.makesNamespace) return inspection.states
  const key = namespaceKey(home)
  const first = inspection.states[0]?.wave ?? 0
  const state: ObjectState = {
    key,
    wave: Math.min(first, ...inspection.states.map(({ wave }) => wave)),
    payload: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } },
    live: { state: 'absent' },
    verified: 'server',
    notes: [{ code: 'NAMESPACE', message: `Namespace/${home} is not there: it is made first.` }],
  }
  return [state, ...inspection.states]
}

function parentBlocks({ parentProblem }: Inspection): readonly PlanBlock[] {
  return parentProblem === undefined ? [] : [{ code: parentProblem.code, message: parentProblem.message }]
}

export async function ancestryOf(
  history: History | undefined,
  lastSynced: string | undefined,
  revision: string,
): Promise<{ readonly ancestry: Ancestry; readonly brings: readonly Commit[] }> {
  if (lastSynced === undefined) return { ancestry: 'first', brings: [] }
  if (lastSynced === revision) return { ancestry: 'same', brings: [] }
  if (history === undefined) return { ancestry: 'unknown', brings: [] }
  const newer = await history.isAncestor(lastSynced, revision)
  if (newer === undefined) return { ancestry: 'unknown', brings: [] }
  return newer
    ? { ancestry: 'newer', brings: await history.between(lastSynced, revision) }
    : { ancestry: 'not-newer', brings: [] }
}

/** A DELETE is dry-run, too: what admission or rights refuse shows in the plan. */
async function refusedPrunes(
  room: Room,
  { cluster, target, signal }: PlanRequest,
  { setId, wanted }: Inspection,
  members: readonly JsonObject[],
): Promise<ReadonlyMap<string, Reason>> {
  const none: PlanInput['pruneRefusals'] = new Map()
  const desired = wanted.map(({ key }) => key)
  const candidates = pruneChanges({
    members,
    desired,
    setId,
    home: target.namespace,
    unreadable: [],
    refusals: none,
    sha256,
  })
  const pruned = candidates.filter(({ action }) => action === 'prune')
  const answers = await mapAdaptive(pruned, room.clock, async ({ key, uid }) => {
    try {
      await cluster.delete(key, { dryRun: true, signal, ...(uid === undefined ? {} : { uid }) })
      return undefined
    } catch (error) {
      const code = codeOf(error)
      // A webhook without dry-run says nothing about the real call.
      if (code === 'DRY_RUN_REFUSED' || code === 'KUBE_CONFLICT') return undefined
      if (!(error instanceof AppError) || !['KUBE_FORBIDDEN', 'KUBE_INVALID', 'KUBE_FAILED'].includes(code))
        throw error
      return [keyString(key), { code, message: error.message }] as const
    }
  })
  return new Map(answers.filter((answer) => answer !== undefined))
}

function diffOf(plan: Plan, inspection: Inspection, key: ResourceKey): ManifestDiff | undefined {
  const name = keyString(key)
  const change = plan.changes.find((one) => keyString(one.key) === name)
  if (change === undefined) return undefined
  const state = inspection.states.find((one) => keyString(one.key) === name)
  if (state !== undefined) return manifestDiff(key, shownLive(state.live), shownAfter(change, state))
  const member = inspection.read.members.find((object) => keyString(keyOf(object)) === name)
  return manifestDiff(key, member === undefined ? undefined : comparable(member), undefined)
}

function shownAfter(change: Change, state: ObjectState): JsonObject | undefined {
  const after = afterOf(state) ?? shownLive(state.live)
  return change.action === 'hook' ? state.payload : after
}
