import { isObject, quantityOf } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { itemId, listKeysOf } from './list-keys.ts'

/** Init containers run in their order: it is no noise. */
const ordered = new Set(['initContainers'])
/** Fields whose values are quantities (core/v1 ResourceRequirements, PersistentVolumeClaimSpec, ResourceQuota, LimitRange, volumes). */
const quantities = new Set([
  'requests',
  'limits',
  'capacity',
  'hard',
  'default',
  'defaultRequest',
  'max',
  'min',
  'overhead',
])
const quantityFields = new Set(['sizeLimit', 'divisor', 'maxLimitRequestRatio', 'averageValue'])

/**
 * `after` written as `before` is: items of keyed lists in the same order, equal quantities in the same spelling. What differs then is a
 * difference to the cluster, and not to the eye alone.
 */
export function alignedTo(before: JsonObject, after: JsonObject): JsonObject {
  return alignMap(before, after, '', false)
}

function alignMap(before: JsonObject, after: JsonObject, field: string, inQuantities: boolean): JsonObject {
  const within = inQuantities || quantities.has(field)
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, align(before[name], value, name, within)]),
  )
}

function align(before: unknown, after: unknown, field: string, inQuantities: boolean): unknown {
  if (isObject(before) && isObject(after)) return alignMap(before, after, field, inQuantities)
  if (Array.isArray(before) && Array.isArray(after)) return alignList(before, after, field)
  const isQuantity = inQuantities || quantityFields.has(field)
  return isQuantity && sameQuantity(before, after) ? before : after
}

function sameQuantity(before: unknown, after: unknown): boolean {
  const number = quantityOf(before)
  return number !== undefined && number === quantityOf(after)
}

function alignList(before: readonly unknown[], after: readonly unknown[], field: string): readonly unknown[] {
  const keys = ordered.has(field) ? undefined : listKeysOf(field, [before, after])
  if (keys === undefined) return after.map((item, index) => align(before[index], item, field, false))
  const places = new Map(before.map((item, index) => [itemId(keys, item as JsonObject), index]))
  const former = (item: unknown) => places.get(itemId(keys, item as JsonObject))
  const known = after
    .filter((item) => former(item) !== undefined)
    .toSorted((a, b) => (former(a) ?? 0) - (former(b) ?? 0))
    .map((item) => align(before[former(item) ?? 0], item, field, false))
  return [...known, ...after.filter((item) => former(item) === undefined)]
}
