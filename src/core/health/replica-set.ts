import type { Health } from '#contract'
import { numberAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { conditionsOf, healthy, verdict, wordsOf } from './verdict.ts'

/** Argo CD's rules for apps/v1 ReplicaSet. */
export function replicaSetHealth(object: JsonObject): Health {
  const number = (...path: readonly string[]) => numberAt(object, ...path) ?? 0
  if (number('metadata', 'generation') > number('status', 'observedGeneration'))
    return verdict(object, 'Progressing', 'the new version is not taken up by its controller yet.')
  const failure = conditionsOf(object).find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  )
  if (failure !== undefined) return verdict(object, 'Degraded', wordsOf(failure))
  const replicas = numberAt(object, 'spec', 'replicas')
  const available = number('status', 'availableReplicas')
  if (replicas !== undefined && available < replicas)
    return verdict(object, 'Progressing', `${available} of ${replicas} replicas are available.`)
  return healthy
}
