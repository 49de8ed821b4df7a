import type { PodSquare, ResourceKey, Workload } from '#contract'
import {
  at,
  healthOf,
  keyOf,
  keyString,
  numberAt,
  ownerUid,
  podState,
  podsOf,
  replicaSetsOf,
  restartsOf,
  stringAt,
  uidOf,
} from '#core'
import type { JsonObject } from '#core'
import { commitOf } from './commit-of.ts'
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
  const templateOf = (pod: JsonObject) => templateFor(pod, { live, sets, revisions })
  const squares = pods
    .map((pod) => toSquare(pod, commitOf(key, templateOf(pod), request)))
    .toSorted(byAge(pods))
  const replicas = numberAt(live, 'spec', 'replicas')
  return {
    key,
    ...(replicas === undefined ? {} : { liveReplicas: replicas }),
    ready: squares.filter(({ state }) => state === 'ready').length,
    pods: squares,
    health: healthOf(live, offspring) ?? {
      status: 'Unknown',
      cause: { key, message: 'No rule says how it is.' },
    },
  }
}

/** The template that a pod was made from: its ReplicaSet's, or the controller revision that its label names. */
function templateFor(
  pod: JsonObject,
  of: {
    readonly live: JsonObject
    readonly sets: readonly JsonObject[]
    readonly revisions: readonly JsonObject[]
  },
): unknown {
  const owner = ownerUid(pod)
  const set = of.sets.find((one) => uidOf(one) === owner)
  if (set !== undefined) return at(set, 'spec', 'template')
  const name = stringAt(pod, 'metadata', 'labels', 'controller-revision-hash')
  const revision = of.revisions.find(
    (one) =>
      stringAt(one, 'metadata', 'name') === name ||
      stringAt(one, 'metadata', 'labels', 'controller.kubernetes.io/hash') === name,
  )
  return revision === undefined ? at(of.live, 'spec', 'template') : at(revision, 'data', 'spec', 'template')
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
