import { canonical, isObject } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { itemId, itemKeys, listKeysOf } from './list-keys.ts'
import { toPath } from './path.ts'
import type { PathStep } from './path.ts'

/** One place where two objects differ. A side that lacks it is `undefined`; a whole subtree that is new or gone is one difference. */
export type FieldDifference = { readonly path: string; readonly before: unknown; readonly after: unknown }

/** Every difference of two values, in the order of `after`, then what only `before` has. Equal values give none, whatever the order of keys. */
export function diffFields(before: unknown, after: unknown): readonly FieldDifference[] {
  const differences: FieldDifference[] = []
  collect({ steps: [], field: '' }, before, after, differences)
  return differences
}

type Place = { readonly steps: readonly PathStep[]; readonly field: string }

function collect(place: Place, before: unknown, after: unknown, into: FieldDifference[]): void {
  if (isObject(before) && isObject(after)) return collectMap(place, before, after, into)
  if (Array.isArray(before) && Array.isArray(after)) return collectList(place, before, after, into)
  if (!same(before, after)) into.push({ path: toPath(place.steps), before, after })
}

function collectMap(place: Place, before: JsonObject, after: JsonObject, into: FieldDifference[]): void {
  for (const key of new Set([...Object.keys(after), ...Object.keys(before)])) {
    collect({ steps: [...place.steps, { field: key }], field: key }, before[key], after[key], into)
  }
}

function collectList(
  place: Place,
  before: readonly unknown[],
  after: readonly unknown[],
  into: FieldDifference[],
): void {
  if (same(before, after)) return
  const keys = listKeysOf(place.field, [before, after])
  if (keys === undefined) {
    // Without keys the positions mean nothing once the lengths differ: the list changes as a whole.
    if (before.length !== after.length || ![...before, ...after].every(isObject)) {
      into.push({ path: toPath(place.steps), before, after })
      return
    }
    after.forEach((item, index) =>
      collect({ steps: [...place.steps, { index }], field: '' }, before[index], item, into),
    )
    return
  }
  const old = byId(keys, before)
  const now = byId(keys, after)
  for (const id of new Set([...now.keys(), ...old.keys()])) {
    const item = now.get(id) ?? old.get(id) ?? {}
    const step = { keys: itemKeys(keys, item) }
    collect({ steps: [...place.steps, step], field: '' }, old.get(id), now.get(id), into)
  }
}

function byId(keys: readonly string[], list: readonly unknown[]): ReadonlyMap<string, JsonObject> {
  return new Map(list.filter(isObject).map((item) => [itemId(keys, item), item]))
}

/** Absent, null, `{}` and `[]` mean the same to the API server: declared empty maps must not be differences for ever. */
function same(before: unknown, after: unknown): boolean {
  return before === after || (isEmpty(before) && isEmpty(after)) || canonical(before) === canonical(after)
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}
