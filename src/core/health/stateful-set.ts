import type { Health } from '#contract'
import { at, isObject, numberAt, stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { healthy, verdict } from './verdict.ts'

/**
 * Argo CD's rules for apps/v1 StatefulSet, with one exception: it takes any rollingUpdate object for a finished partitioned roll out,
 * which the server's defaults give to each; only a partition above 0 is one here.
 */
export function statefulSetHealth(object: JsonObject): Health {
  const number = (...path: readonly string[]) => numberAt(object, ...path) ?? 0
  const observed = number('status', 'observedGeneration')
  if (observed === 0 || number('metadata', 'generation') > observed)
    return verdict(object, 'Progressing', 'the new version is not taken up by its controller yet.')
  const replicas = numberAt(object, 'spec', 'replicas')
  const ready = number('status', 'readyReplicas')
  if (replicas !== undefined && ready < replicas)
    return verdict(object, 'Progressing', `waiting for ${replicas - ready} of ${replicas} pods to be ready.`)
  if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return healthy
  const rolling = at(object, 'spec', 'updateStrategy', 'rollingUpdate')
  const partition = isObject(rolling) ? (numberAt(rolling, 'partition') ?? 0) : 0
  const updated = number('status', 'updatedReplicas')
  if (partition > 0) {
    const wanted = (replicas ?? 0) - partition
    return updated < wanted
      ? verdict(
          object,
          'Progressing',
          `partitioned roll out: ${updated} of ${wanted} new pods have been updated.`,
        )
      : healthy
  }
  const current = stringAt(object, 'status', 'currentRevision')
  if (current !== stringAt(object, 'status', 'updateRevision'))
    return verdict(object, 'Progressing', `rolling update: ${updated} pods are at the new revision.`)
  return healthy
}
