import type { Health } from '#contract'
import { at, numberAt, stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { conditionsOf, healthy, verdict, wordsOf } from './verdict.ts'

const badPhases = new Set(['failed', 'error', 'degraded', 'unhealthy'])
const goodPhases = new Set([
  'ready',
  'healthy',
  'succeeded',
  'completed',
  'complete',
  'active',
  'bound',
  'available',
  'running',
  'established',
])

/**
 * Custom resources without a rule of their own, after kstatus: observedGeneration, `Reconciling`, `Stalled`, `Ready`, then the phase.
 * Undefined where the object says nothing of itself: absent health is not Healthy.
 */
export function genericHealth(object: JsonObject): Health | undefined {
  if (at(object, 'status') === undefined) return undefined
  const generation = numberAt(object, 'metadata', 'generation')
  const observed = numberAt(object, 'status', 'observedGeneration')
  if (generation !== undefined && observed !== undefined && generation !== observed)
    return verdict(object, 'Progressing', 'the new version is not taken up by its controller yet.')
  for (const condition of conditionsOf(object)) {
    if (condition.type === 'Reconciling' && condition.status === 'True')
      return verdict(object, 'Progressing', wordsOf(condition))
    if (condition.type === 'Stalled' && condition.status === 'True')
      return verdict(object, 'Degraded', wordsOf(condition))
  }
  const ready = conditionsOf(object).find(({ type }) => type === 'Ready')
  if (ready !== undefined)
    return ready.status === 'True'
      ? healthy
      : verdict(object, 'Progressing', `is not ready: ${wordsOf(ready)}`)
  const phase = stringAt(object, 'status', 'phase')
  if (phase === undefined) return undefined
  if (badPhases.has(phase.toLowerCase())) return verdict(object, 'Degraded', `its phase is ${phase}.`)
  return goodPhases.has(phase.toLowerCase())
    ? healthy
    : verdict(object, 'Progressing', `its phase is ${phase}.`)
}
