import { isObject, listAt, numberAt, stringAt, stringsAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

/** What stands between a workload and its pods. */
export type Offspring = {
  readonly pods: readonly JsonObject[]
  readonly replicaSets: readonly JsonObject[]
  readonly controllerRevisions: readonly JsonObject[]
}

export function ownerUid(object: JsonObject): string | undefined {
  const owners = listAt(object, 'metadata', 'ownerReferences').filter(isObject)
  return stringAt(
    owners.find(({ controller }) => controller === true),
    'uid',
  )
}

export function uidOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'uid') ?? ''
}

/** All pods of a workload: its own, and those of its ReplicaSets. */
export function podsOf(workload: JsonObject, offspring: Offspring): readonly JsonObject[] {
  const owners = new Set([uidOf(workload), ...replicaSetsOf(workload, offspring).map(uidOf)])
  return offspring.pods.filter((pod) => owners.has(ownerUid(pod) ?? ''))
}

export function replicaSetsOf(workload: JsonObject, { replicaSets }: Offspring): readonly JsonObject[] {
  const uid = uidOf(workload)
  return uid === '' ? [] : replicaSets.filter((set) => ownerUid(set) === uid)
}

/**
 * Pods of the newest ReplicaSet or ControllerRevision alone: a rollback must not look broken because of the pods it replaces. Undefined
 * while the newest one is not there yet (the controller has not made it).
 */
export function newestPods(workload: JsonObject, offspring: Offspring): readonly JsonObject[] | undefined {
  const kind = stringAt(workload, 'kind')
  const pods = podsOf(workload, offspring)
  if (kind === 'Deployment') {
    const sets = replicaSetsOf(workload, offspring)
    const wanted = stringsAt(workload, 'metadata', 'annotations')[revisionNote]
    const newest = sets.find((set) => stringsAt(set, 'metadata', 'annotations')[revisionNote] === wanted)
    return newest === undefined || wanted === undefined
      ? undefined
      : pods.filter((pod) => ownerUid(pod) === uidOf(newest))
  }
  if (kind === 'StatefulSet') {
    const revision = stringAt(workload, 'status', 'updateRevision')
    return revision === undefined ? undefined : pods.filter((pod) => podRevision(pod) === revision)
  }
  if (kind === 'DaemonSet') {
    const newest = newestRevision(workload, offspring)
    const hash = newest === undefined ? undefined : stringsAt(newest, 'metadata', 'labels')[revisionLabel]
    return hash === undefined ? undefined : pods.filter((pod) => podRevision(pod) === hash)
  }
  return pods
}

const revisionNote = 'deployment.kubernetes.io/revision'
const revisionLabel = 'controller-revision-hash'

/** Of a StatefulSet the name of its ControllerRevision, of a DaemonSet its hash. */
export function podRevision(pod: JsonObject): string | undefined {
  return stringsAt(pod, 'metadata', 'labels')[revisionLabel]
}

function newestRevision(workload: JsonObject, { controllerRevisions }: Offspring): JsonObject | undefined {
  return controllerRevisions
    .filter((revision) => ownerUid(revision) === uidOf(workload))
    .toSorted((a, b) => (numberAt(b, 'revision') ?? 0) - (numberAt(a, 'revision') ?? 0))[0]
}
