import type { ResourceKey } from '#contract'
import { stepsTo, toPath } from '../diff/path.ts'
import { isObject, isSecret, keyString, openSecretFields } from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'
import { valueAt } from '../edit/splice.ts'
import type { FieldPath, ScalarValue } from '../edit/splice.ts'
import { itemKeys, listKeysOf } from '../diff/list-keys.ts'
import type { PathStep } from '../diff/path.ts'

/** One value of a rendered object whose origin is looked for. */
export type Target = {
  readonly key: ResourceKey
  readonly path: string
  readonly value: ScalarValue
  /** The value in clear where the object holds it as base64. */
  readonly plain: ScalarValue
  /** Its nearest name: `image`, also within a list. */
  readonly name: string
  /** The names on the way to it, lists left out (`shapeOf`). */
  readonly shape: string
  readonly secret: boolean
}

/** A field that holds a map or list is looked at value by value, up to so many. */
export const maxTargets = 40

/** The values at and below a field. `decode`: base64, undefined where it is none. */
export function targetsAt(
  manifest: Manifest,
  path: string,
  decode: (text: string) => string | undefined,
): readonly Target[] {
  const steps = stepsTo(manifest.object, path)
  if (steps === undefined) return []
  const found: Target[] = []
  const secret = isSecret(manifest.object)
  const walk = (value: unknown, here: string, way: FieldPath): void => {
    if (found.length >= maxTargets) return
    if (isScalarValue(value)) {
      const encoded = typeof value === 'string' && isEncoded(manifest.object, way)
      found.push({
        key: manifest.key,
        path: here,
        value,
        plain: encoded ? (decode(value) ?? value) : value,
        name: nameOf(way),
        shape: shapeOf(way),
        secret: secret && way.length > 1 && !openSecretFields.has(String(way[0])),
      })
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        walk(item, here + toPath([stepOf(nameOf(way), value, index)]), [...way, index])
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) walk(item, `${here}.${key}`, [...way, key])
    }
  }
  walk(valueAt(manifest.object, steps), path, steps)
  return found
}

function stepOf(field: string, list: readonly unknown[], index: number): PathStep {
  const item = list[index]
  const keys = listKeysOf(field, [list])
  return keys === undefined || !isObject(item) ? { index } : { keys: itemKeys(keys, item) }
}

function isEncoded(object: JsonObject, way: FieldPath): boolean {
  return (isSecret(object) && way[0] === 'data') || way[0] === 'binaryData'
}

function nameOf(way: FieldPath): string {
  return String(way.findLast((step) => typeof step === 'string') ?? '')
}

/** The names on a way, without positions in lists and without what leads into a List: equal for a field and its patch. */
export function shapeOf(way: FieldPath): string {
  const inList = way[0] === 'items' && typeof way[1] === 'number' ? way.slice(2) : way
  return inList.filter((step) => typeof step === 'string').join('.')
}

export function isScalarValue(value: unknown): value is ScalarValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** Of two renders: the object that was this one. A trial may have changed its name, its namespace, or the hash at the name's end. */
export function sameObject(
  key: ResourceKey,
  before: readonly Manifest[],
  after: readonly Manifest[],
  mark: string | undefined,
): Manifest | undefined {
  const own = keyString(key)
  const same = after.find((manifest) => keyString(manifest.key) === own)
  if (same !== undefined) return same
  const known = new Set(before.map((manifest) => keyString(manifest.key)))
  const news = after.filter(
    (manifest) =>
      manifest.key.group === key.group &&
      manifest.key.kind === key.kind &&
      !known.has(keyString(manifest.key)),
  )
  const unmarked = (text: string) => (mark === undefined ? text : text.replaceAll(mark, ''))
  const plain = (one: ResourceKey) => `${unmarked(one.namespace)}/${unmarked(one.name)}`
  const exact = news.find((manifest) => plain(manifest.key) === plain(key))
  return exact ?? news.find((manifest) => withoutHash(plain(manifest.key)) === withoutHash(plain(key)))
}

/** Kustomize ends the names of what it generates with ten characters of a hash. */
export function withoutHash(name: string): string {
  return name.replace(/-[0-9a-z]{10}$/, '')
}
