import { at, isObject } from './manifest.ts'
import type { JsonObject } from './manifest.ts'
import { lastAppliedAnnotation } from './normalise.ts'
import { canonical } from './hash.ts'

const hidden = '(hidden)'
const changedBefore = '(hidden, changes)'
const changedAfter = '(hidden, changed)'
const maskedFields = ['data', 'stringData'] as const

export function isSecret(object: unknown): boolean {
  return at(object, 'kind') === 'Secret' && at(object, 'apiVersion') === 'v1'
}

/** The object as it may be shown: without managedFields and last-applied copies; of a Secret every value masked alike. */
export function redact(object: JsonObject): JsonObject {
  return redactPair(object, object).after ?? object
}

/**
 * Both sides of a comparison as they may be shown. A secret value is `hidden` when equal on both sides, else marked as changed; the
 * masks are the same for all values, so that nothing links equal secrets.
 */
export function redactPair(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): { readonly before: JsonObject | undefined; readonly after: JsonObject | undefined } {
  return {
    before: mask(clean(before), clean(after), changedBefore),
    after: mask(clean(after), clean(before), changedAfter),
  }
}

function clean(object: JsonObject | undefined): JsonObject | undefined {
  if (object === undefined) return undefined
  const metadata = object.metadata
  if (!isObject(metadata)) return object
  const { managedFields: _managedFields, annotations, ...rest } = metadata
  if (!isObject(annotations)) return { ...object, metadata: rest }
  const { [lastAppliedAnnotation]: _lastApplied, ...kept } = annotations
  return { ...object, metadata: Object.keys(kept).length === 0 ? rest : { ...rest, annotations: kept } }
}

function mask(
  object: JsonObject | undefined,
  other: JsonObject | undefined,
  word: string,
): JsonObject | undefined {
  if (object === undefined || !isSecret(object)) return object
  const masked: Record<string, unknown> = { ...object }
  for (const field of maskedFields) {
    if (object[field] === undefined) continue
    const values = object[field]
    // A Secret whose `data` is no map is broken; its text may hold anything.
    masked[field] = isObject(values)
      ? Object.fromEntries(
          Object.entries(values).map(([key, value]) => [
            key,
            sameValue(value, at(other, field, key), other) ? hidden : word,
          ]),
        )
      : hidden
  }
  return masked
}

function sameValue(value: unknown, otherValue: unknown, other: JsonObject | undefined): boolean {
  return other === undefined || canonical(value) === canonical(otherValue)
}
