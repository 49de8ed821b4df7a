import type { Health } from '#contract'
import { at } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { conditionsOf, healthy, verdict, wordsOf } from './verdict.ts'

/** Argo CD's rules for a Job; a resumed Job (Suspended=False alone) counts as running, which there reads as Healthy. */
export function jobHealth(object: JsonObject): Health {
  const conditions = conditionsOf(object).filter(({ status }) => status === 'True')
  const failed = conditions.find(({ type }) => type === 'Failed')
  if (failed !== undefined) return verdict(object, 'Degraded', wordsOf(failed))
  if (conditions.some(({ type }) => type === 'Complete')) return healthy
  const suspended = conditions.find(({ type }) => type === 'Suspended')
  if (suspended !== undefined || at(object, 'spec', 'suspend') === true)
    return verdict(object, 'Suspended', suspended === undefined ? 'is suspended.' : wordsOf(suspended))
  return verdict(object, 'Progressing', 'is running.')
}
