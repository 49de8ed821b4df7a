import type { Health } from '#contract'
import type { JsonObject } from '../manifest/index.ts'
import { conditionsOf, healthy, verdict, wordsOf } from './verdict.ts'

/** Argo CD's Lua rule for a CustomResourceDefinition. */
export function definitionHealth(object: JsonObject): Health {
  const conditions = conditionsOf(object)
  const find = (name: string) => conditions.find(({ type }) => type === name)
  if (find('Terminating')?.status === 'True') return verdict(object, 'Progressing', 'is being deleted.')
  const names = find('NamesAccepted')
  if (names?.status === 'False') return verdict(object, 'Degraded', wordsOf(names))
  const schema = find('NonStructuralSchema')
  if (schema?.status === 'True') return verdict(object, 'Degraded', wordsOf(schema))
  const established = find('Established')
  if (established?.status === 'True') return healthy
  return established?.status === 'False' && established.reason !== 'Installing'
    ? verdict(object, 'Degraded', wordsOf(established))
    : verdict(object, 'Progressing', 'is being established.')
}
