import { canonical } from './hash.ts'
import { at, isObject } from './manifest.ts'
import type { JsonObject } from './manifest.ts'
import { lastAppliedAnnotation } from './normalise.ts'

/** What stands for a secret value. No word depends on the value, so that nothing links equal secrets. */
export const secretWords = {
  hidden: '(secret)',
  changed: '(secret changed)',
  added: '(secret new)',
} as const

/** All that a Secret holds beside its values. Any other field is one, also when its name is misspelt: the server would refuse it, we only show it. */
export const openSecretFields: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'type',
  'immutable',
  'status',
])

export function isSecret(object: unknown): boolean {
  return at(object, 'kind') === 'Secret' && at(object, 'apiVersion') === 'v1'
}

/** The object as it may be shown: without managedFields and last-applied copies; of a Secret every value masked alike. */
export function redact(object: JsonObject): JsonObject {
  return mask(clean(object), undefined, false)
}

/**
 * Both sides of a comparison as they may be shown. A value that is equal on both sides has the same mask; one that differs from its
 * own former value says so on the later side.
 */
export function redactPair(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): { readonly before: JsonObject | undefined; readonly after: JsonObject | undefined } {
  return {
    before: before === undefined ? undefined : redact(before),
    after: after === undefined ? undefined : mask(clean(after), before, before !== undefined),
  }
}

function clean(object: JsonObject): JsonObject {
  const metadata = object.metadata
  if (!isObject(metadata)) return object
  const { managedFields: _managedFields, annotations, ...rest } = metadata
  if (!isObject(annotations)) return { ...object, metadata: rest }
  const { [lastAppliedAnnotation]: _lastApplied, ...kept } = annotations
  return { ...object, metadata: Object.keys(kept).length === 0 ? rest : { ...rest, annotations: kept } }
}

/** Masks the Secret itself, or those that another object carries inside (lists, templates of operators). */
function mask(object: JsonObject, other: unknown, compared: boolean): JsonObject {
  if (isSecret(object)) return maskSecret(object, other, compared)
  const masked: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(object)) masked[key] = maskInside(value, at(other, key), compared)
  return masked
}

function maskInside(value: unknown, other: unknown, compared: boolean): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => maskInside(item, Array.isArray(other) ? other[index] : other, compared))
  return isObject(value) ? mask(value, other, compared) : value
}

function maskSecret(object: JsonObject, other: unknown, compared: boolean): JsonObject {
  const masked: Record<string, unknown> = { ...object, ...maskAnnotations(object) }
  for (const [field, values] of Object.entries(object)) {
    if (openSecretFields.has(field) || values === undefined || values === null) continue
    // A Secret whose `data` is no map is broken; its text may hold anything.
    masked[field] = isObject(values)
      ? Object.fromEntries(
          Object.entries(values).map(([key, value]) => [
            key,
            compared ? wordFor(value, at(other, field, key)) : secretWords.hidden,
          ]),
        )
      : secretWords.hidden
  }
  return masked
}

function wordFor(value: unknown, former: unknown): string {
  if (former === undefined) return secretWords.added
  return canonical(value) === canonical(former) ? secretWords.hidden : secretWords.changed
}

/** Tools keep copies of the whole object in annotations (kapp's original, old client-side apply). */
function maskAnnotations(object: JsonObject): JsonObject {
  const annotations = at(object, 'metadata', 'annotations')
  if (!isObject(annotations)) return {}
  const kept = Object.entries(annotations).map(([key, value]) => [
    key,
    typeof value === 'string' && /"(data|stringData)"\s*:/.test(value) ? secretWords.hidden : value,
  ])
  return {
    metadata: {
      ...(isObject(object.metadata) ? object.metadata : {}),
      annotations: Object.fromEntries(kept) as unknown,
    },
  }
}
