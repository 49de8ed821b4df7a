import { isObject, lastAppliedAnnotation, revisionAnnotation } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

const serverFields = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'uid',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
])
/** Written by controllers or by us, never desired. */
const noiseAnnotations = new Set<string>([
  lastAppliedAnnotation,
  revisionAnnotation,
  'deployment.kubernetes.io/revision',
])

/** An object as it is compared: without status, what the server fills into metadata, and copies of itself. */
export function comparable(object: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = object
  if (!isObject(metadata)) return rest
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !serverFields.has(key)))
  if (!isObject(kept.annotations)) return { ...rest, metadata: kept }
  const annotations = Object.fromEntries(
    Object.entries(kept.annotations).filter(([name]) => !noiseAnnotations.has(name)),
  )
  const { annotations: _annotations, ...others } = kept
  return { ...rest, metadata: Object.keys(annotations).length === 0 ? others : { ...others, annotations } }
}

/**
 * What a cached comparison depends on: the object without status, resourceVersion and the managedFields entries of status, all of
 * which move without any effect on it.
 */
export function comparisonInput(live: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = live
  if (!isObject(metadata)) return rest
  const { resourceVersion: _resourceVersion, managedFields, ...others } = metadata
  const entries = Array.isArray(managedFields) ? managedFields : []
  const kept = entries.filter((entry) => !isObject(entry) || entry.subresource !== 'status')
  return { ...rest, metadata: { ...others, managedFields: kept } }
}
