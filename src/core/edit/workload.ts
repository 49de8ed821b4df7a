import type { ResourceKey } from '#contract'
import { at, keyOf, numberAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

const scaled: Readonly<Record<string, readonly string[]>> = {
  apps: ['Deployment', 'StatefulSet', 'ReplicaSet'],
  '': ['ReplicationController'],
}

/** Autoscalers speak of replicas, too, but are told their range, not a count. */
const otherMeaning = ['HorizontalPodAutoscaler', 'ScaledObject', 'ScaledJob', 'Scale']

/** Has the object a replica count of its own: the built-in workloads, and custom kinds that declare `spec.replicas`. */
export function isScalable(object: JsonObject): boolean {
  const { group, kind } = keyOf(object)
  if (scaled[group]?.includes(kind) === true) return true
  return !otherMeaning.includes(kind) && typeof at(object, 'spec', 'replicas') === 'number'
}

/** The count that the object declares; 1 where a built-in workload declares none, as the API server fills it in. */
export function replicasOf(object: JsonObject): number | undefined {
  if (!isScalable(object)) return undefined
  return (
    numberAt(object, 'spec', 'replicas') ?? (at(object, 'spec', 'replicas') === undefined ? 1 : undefined)
  )
}

/** Do both name the same kind of object, whatever the version and namespace? */
export function sameKind(a: ResourceKey, b: ResourceKey): boolean {
  return a.group === b.group && a.kind === b.kind
}
