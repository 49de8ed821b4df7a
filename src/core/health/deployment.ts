import type { Health } from '#contract'
import { at, numberAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { conditionsOf, healthy, verdict } from './verdict.ts'

/** Argo CD's rules for apps/v1 Deployment. */
export function deploymentHealth(object: JsonObject): Health {
  if (at(object, 'spec', 'paused') === true) return verdict(object, 'Suspended', 'is paused.')
  const number = (...path: readonly string[]) => numberAt(object, ...path) ?? 0
  if (number('metadata', 'generation') > number('status', 'observedGeneration'))
    return verdict(object, 'Progressing', 'the new version is not taken up by its controller yet.')
  const late = conditionsOf(object).find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  )
  if (late !== undefined)
    return verdict(object, 'Degraded', `it exceeded its progress deadline. ${late.message}`.trim())
  const replicas = numberAt(object, 'spec', 'replicas')
  const updated = number('status', 'updatedReplicas')
  const available = number('status', 'availableReplicas')
  if (replicas !== undefined && updated < replicas)
    return verdict(object, 'Progressing', `${updated} of ${replicas} new replicas have been updated.`)
  const old = number('status', 'replicas') - updated
  if (old > 0) return verdict(object, 'Progressing', `${old} old replicas are pending termination.`)
  if (available < updated)
    return verdict(object, 'Progressing', `${available} of ${updated} updated replicas are available.`)
  return healthy
}
