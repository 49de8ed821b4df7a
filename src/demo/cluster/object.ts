import { isObject, listAt, stringAt, stringsAt } from '#core'
import type { JsonObject } from '#core'

/** An object of this cluster. Stored ones are never changed in place: lists, watches and snapshots share them. */
export type Stored = JsonObject

export type Mutable = Record<string, unknown>

export type OwnerReference = {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export function copyOf(object: JsonObject): Mutable {
  return structuredClone(object)
}

/** The object in a field, made where there is none. */
export function child(parent: Mutable, key: string): Mutable {
  const found = parent[key]
  if (isObject(found)) return found
  const made: Mutable = {}
  parent[key] = made
  return made
}

export const meta = (object: JsonObject, field: string): string => stringAt(object, 'metadata', field) ?? ''
export const nameOf = (object: JsonObject): string => meta(object, 'name')
export const namespaceOf = (object: JsonObject): string => meta(object, 'namespace')
export const uidOf = (object: JsonObject): string => meta(object, 'uid')
export const labelsOf = (object: JsonObject) => stringsAt(object, 'metadata', 'labels')
export const annotationsOf = (object: JsonObject) => stringsAt(object, 'metadata', 'annotations')
export const isGoing = (object: JsonObject): boolean => meta(object, 'deletionTimestamp') !== ''
export const finalizersOf = (object: JsonObject): readonly string[] =>
  listAt(object, 'metadata', 'finalizers').map(String)
export const ownersOf = (object: JsonObject): readonly OwnerReference[] =>
  listAt(object, 'metadata', 'ownerReferences').filter(isObject) as unknown as readonly OwnerReference[]
export const controllerOf = (object: JsonObject): OwnerReference | undefined =>
  ownersOf(object).find(({ controller }) => controller === true)

/** Equal as JSON; the order of keys says nothing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a).filter((key) => a[key] !== undefined)
  const others = Object.keys(b).filter((key) => b[key] !== undefined)
  return keys.length === others.length && keys.every((key) => key in b && isEqual(a[key], b[key]))
}
