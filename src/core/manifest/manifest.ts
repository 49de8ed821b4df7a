import type { ResourceKey } from '#contract'

export type JsonObject = Readonly<Record<string, unknown>>

/** sha256 of UTF-8 text as hex digits. Passed in: core has no Node. */
export type Sha256 = (text: string) => string

/** One desired object and where it was declared (lines count from 1). `object` is plain JSON. */
export type Manifest = {
  readonly key: ResourceKey
  readonly object: JsonObject
  readonly file?: string
  readonly line?: number
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path of keys, or undefined as soon as something on the way is missing or no object. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => (isObject(here) ? here[key] : undefined), value)
}

export function stringAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path)
  return typeof found === 'number' ? found : undefined
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

/** String values of a map such as labels or annotations. */
export function stringsAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const found = at(value, ...path)
  if (!isObject(found)) return {}
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

/** A copy with one key set (`undefined` removes it), sharing everything else. */
export function withAt(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const [key, ...rest] = path
  if (key === undefined) return object
  if (rest.length === 0) {
    const { [key]: _old, ...others } = object
    return value === undefined ? others : { ...object, [key]: value }
  }
  const child = object[key]
  if (!isObject(child) && value === undefined) return object
  return { ...object, [key]: withAt(isObject(child) ? child : {}, rest, value) }
}

/** The manifest of a custom kind that discovery knows to be cluster-scoped: without the namespace that reading filled in. */
export function withoutNamespace(manifest: Manifest): Manifest {
  if (manifest.key.namespace === '') return manifest
  return {
    ...manifest,
    key: { ...manifest.key, namespace: '' },
    object: withAt(manifest.object, ['metadata', 'namespace'], undefined),
  }
}
