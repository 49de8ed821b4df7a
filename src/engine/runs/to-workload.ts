import type { PodSquare, ResourceKey, Workload } from '#contract'
import {
  at,
  autoscalerOf,
  healthOf,
  keyOf,
  keyString,
  numberAt,
  ownerUid,
  podRevision,
  podState,
  podsOf,
  replicaSetsOf,
  restartsOf,
  stringAt,
  stringsAt,
  uidOf,
} from '#core'
import type { JsonObject } from '#core'
import { commitOf, markOf } from './commit-of.ts'
import type { Origin } from './commit-of.ts'
import type { WorkloadsRequest } from './runs.ts'

/** One workload as it is live, with a square for each of its pods. */
export function toWorkload(
  key: ResourceKey,
  objects: readonly JsonObject[],
  request: Pick<WorkloadsRequest, 'commits' | 'lastSynced'>,
): Workload {
  const live = objects.find((object) => keyString(keyOf(object)) === keyString(key))
  if (live === undefined) {
    return {
      key,
      ready: 0,
      pods: [],
      health: {
        status: 'Missing',
        cause: { key, message: `${key.kind}/${key.name} is not in the cluster.` },
      },
    }
  }
  const offspring = {
    pods: objects.filter(({ kind }) => kind === 'Pod'),
    replicaSets: objects.filter(({ kind }) => kind === 'ReplicaSet'),
    controllerRevisions: objects.filter(({ kind }) => kind === 'ControllerRevision'),
  }
  const sets = replicaSetsOf(live, offspring)
  const revisions = offspring.controllerRevisions.filter((revision) => ownerUid(revision) === uidOf(live))
  const pods = podsOf(live, offspring)
  const applied = markOf(live)
  const squares = pods
    .map((pod) => toSquare(pod, commitOf(key, originOf(pod, { live, sets, revisions }), request, applied)))
    .toSorted(byAge(pods))
  const autoscaler = autoscalerOf(objects, key)
  const replicas = numberAt(live, 'spec', 'replicas')
  return {
    key,
    ...(replicas === undefined ? {} : { liveReplicas: replicas }),
    ...(autoscaler === undefined
      ? {}
      : { autoscaler, locked: `${autoscaler.kind}/${autoscaler.name} owns the count` }),
    ready: squares.filter(({ state }) => state === 'ready').length,
    pods: squares,
    health: healthOf(live, offspring) ?? {
      status: 'Unknown',
      cause: { key, message: 'No rule says how it is.' },
    },
  }
}

/** The template that a pod was made from: its ReplicaSet's, or the controller revision that its label names. */
function originOf(
  pod: JsonObject,
  of: {
    readonly live: JsonObject
    readonly sets: readonly JsonObject[]
    readonly revisions: readonly JsonObject[]
  },
): Origin {
  const owner = ownerUid(pod)
  const set = of.sets.find((one) => uidOf(one) === owner)
  if (set !== undefined) return { template: at(set, 'spec', 'template'), keeper: set }
  const name = podRevision(pod)
  const revision = of.revisions.find(
    (one) =>
      stringAt(one, 'metadata', 'name') === name ||
      stringsAt(one, 'metadata', 'labels')['controller-revision-hash'] === name ||
      stringsAt(one, 'metadata', 'labels')['controller.kubernetes.io/hash'] === name,
  )
  return revision === undefined || name === undefined
    ? { template: at(of.live, 'spec', 'template'), keeper: undefined }
    : { template: at(revision, 'data', 'spec', 'template'), keeper: revision }
}

function toSquare(pod: JsonObject, commit: string | undefined): PodSquare {
  const { state, reason } = podState(pod)
  return {
    name: stringAt(pod, 'metadata', 'name') ?? '',
    uid: uidOf(pod),
    state,
    restarts: restartsOf(pod),
    ...(reason === undefined ? {} : { reason }),
    ...(commit === undefined ? {} : { commit }),
  }
}

/** Oldest first, then by name: a square keeps its place while others come and go. */
function byAge(pods: readonly JsonObject[]): (a: PodSquare, b: PodSquare) => number {
  const made = new Map(
    pods.map((pod) => [
      stringAt(pod, 'metadata', 'name') ?? '',
      stringAt(pod, 'metadata', 'creationTimestamp') ?? '',
    ]),
  )
  return (a, b) =>
    (made.get(a.name) ?? '').localeCompare(made.get(b.name) ?? '') || a.name.localeCompare(b.name)
}
