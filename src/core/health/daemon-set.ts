import type { Health } from '#contract'
import { numberAt, stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { healthy, verdict } from './verdict.ts'

/** Argo CD's rules for apps/v1 DaemonSet. */
export function daemonSetHealth(object: JsonObject): Health {
  const number = (...path: readonly string[]) => numberAt(object, ...path) ?? 0
  if (number('metadata', 'generation') > number('status', 'observedGeneration'))
    return verdict(object, 'Progressing', 'the new version is not taken up by its controller yet.')
  if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return healthy
  const desired = number('status', 'desiredNumberScheduled')
  const updated = number('status', 'updatedNumberScheduled')
  if (updated < desired)
    return verdict(object, 'Progressing', `${updated} of ${desired} pods have been updated.`)
  const available = number('status', 'numberAvailable')
  if (available < desired)
    return verdict(object, 'Progressing', `${available} of ${desired} pods are available.`)
  return healthy
}
