import { isObject, listAt, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { toTime } from '../clock.ts'
import { nameOf } from '../object.ts'
import type { Stored } from '../object.ts'
import { conditionOf } from './owned.ts'
import { boundsOf, sum } from './rollout.ts'

export type Rollout = {
  readonly deployment: Stored
  readonly fresh: Stored | undefined
  readonly sets: readonly Stored[]
  /** Made or taken up again in this turn. */
  readonly found: 'NewReplicaSetCreated' | 'FoundNewReplicaSet' | undefined
  readonly now: number
}

/** The status that the deployment controller writes. */
export function deploymentStatus(rollout: Rollout): JsonObject {
  const { deployment, fresh, sets } = rollout
  const total = (name: string) => sum(sets.map((set) => numberAt(set, 'status', name) ?? 0))
  const wanted = numberAt(deployment, 'spec', 'replicas') ?? 1
  const counts = {
    replicas: total('replicas'),
    updated: fresh === undefined ? 0 : (numberAt(fresh, 'status', 'replicas') ?? 0),
    ready: total('readyReplicas'),
    available: total('availableReplicas'),
  }
  const some = (name: string, count: number) => (count === 0 ? {} : { [name]: count })
  const allWanted = sum(sets.map((set) => numberAt(set, 'spec', 'replicas') ?? 0))
  const conditions = [availability(rollout, counts), progress(rollout, counts, wanted)].filter(
    (one) => one !== undefined,
  )
  return {
    observedGeneration: numberAt(deployment, 'metadata', 'generation') ?? 1,
    ...some('replicas', counts.replicas),
    ...some('updatedReplicas', counts.updated),
    ...some('readyReplicas', counts.ready),
    ...some('availableReplicas', counts.available),
    ...some('unavailableReplicas', Math.max(0, allWanted - counts.available)),
    terminatingReplicas: total('terminatingReplicas'),
    conditions,
  }
}

type Counts = {
  readonly replicas: number
  readonly updated: number
  readonly ready: number
  readonly available: number
}

function availability({ deployment, now }: Rollout, counts: Counts): JsonObject {
  const { replicas, unavailable } = boundsOf(deployment)
  const enough = counts.available >= replicas - unavailable
  return condition(deployment, now, {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${enough ? 'has' : 'does not have'} minimum availability.`,
  })
}

function progress(rollout: Rollout, counts: Counts, wanted: number): JsonObject | undefined {
  const { deployment, fresh, found, now } = rollout
  const old = conditionOf(deployment, 'Progressing')
  const name = fresh === undefined ? '' : nameOf(fresh)
  const say = (status: string, reason: string, message: string) =>
    condition(deployment, now, { type: 'Progressing', status, reason, message })
  if (found === 'NewReplicaSetCreated') return say('True', found, `Created new replica set "${name}"`)
  if (found === 'FoundNewReplicaSet') return say('True', found, `Found new replica set "${name}"`)
  const complete = [counts.updated, counts.replicas, counts.available].every((count) => count === wanted)
  if (complete)
    return say('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`)
  // A rollout that was through stays through while its pods come and go.
  if (old?.['reason'] === 'NewReplicaSetAvailable' && counts.updated === counts.replicas) return old
  if (hasMoved(deployment, counts))
    return {
      ...say('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`),
      lastUpdateTime: toTime(now),
    }
  const deadline = deadlineOf(deployment)
  if (deadline !== undefined && deadline <= now)
    return say('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`)
  return old
}

/** When the rollout that runs is overdue; undefined = none runs, or it already is. */
export function deadlineOf(deployment: JsonObject): number | undefined {
  const old = conditionOf(deployment, 'Progressing')
  const reason = stringAt(old, 'reason')
  if (old === undefined || reason === 'NewReplicaSetAvailable') return undefined
  const seconds = numberAt(deployment, 'spec', 'progressDeadlineSeconds') ?? 600
  return Date.parse(stringAt(old, 'lastUpdateTime') ?? '') + seconds * 1000
}

function hasMoved(deployment: JsonObject, counts: Counts): boolean {
  const was = (name: string) => numberAt(deployment, 'status', name) ?? 0
  return (
    counts.updated > was('updatedReplicas') ||
    counts.ready > was('readyReplicas') ||
    counts.available > was('availableReplicas') ||
    counts.replicas - counts.updated < was('replicas') - was('updatedReplicas')
  )
}

type Said = {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

function condition(deployment: JsonObject, now: number, said: Said): JsonObject {
  const old = listAt(deployment, 'status', 'conditions')
    .filter(isObject)
    .find((one) => one['type'] === said.type)
  if (old !== undefined && old['status'] === said.status && old['reason'] === said.reason)
    return { ...old, message: said.message }
  const time = toTime(now)
  const since = old !== undefined && old['status'] === said.status ? old['lastTransitionTime'] : time
  return { ...said, lastUpdateTime: time, lastTransitionTime: since }
}
