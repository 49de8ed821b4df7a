import { at, isObject, listAt, stringsAt, withAt } from './manifest.ts'
import type { JsonObject } from './manifest.ts'

/** Names the revision that last changed an object. Never part of a comparison or hash: it must not rewrite unchanged objects. */
export const revisionAnnotation = 'wheelhouse.app/revision'
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * A desired object as it is sent and hashed: `protocol: TCP` filled in where list keys need it (SMD#130), `stringData` folded into
 * `data` (k/k#108008), without status, creationTimestamp, managedFields and our own revision annotation.
 */
export function normalise(object: JsonObject, toBase64: (text: string) => string): JsonObject {
  const { status: _status, ...rest } = object
  let result: JsonObject = withAt(rest, ['metadata', 'creationTimestamp'], undefined)
  // Code generators print `creationTimestamp: null` into templates, too.
  result = withAt(result, ['spec', 'template', 'metadata', 'creationTimestamp'], undefined)
  result = withAt(result, ['metadata', 'managedFields'], undefined)
  result = withoutAnnotation(result, revisionAnnotation)
  if (result.kind === 'Secret' && isObject(result.stringData)) result = foldStringData(result, toBase64)
  if (result.kind === 'Service') result = withPorts(result, ['spec', 'ports'])
  for (const path of podSpecPaths(result)) result = withContainerPorts(result, path)
  return result
}

export function withoutAnnotation(object: JsonObject, name: string): JsonObject {
  if (stringsAt(object, 'metadata', 'annotations')[name] === undefined) return object
  const without = withAt(object, ['metadata', 'annotations', name], undefined)
  const left = at(without, 'metadata', 'annotations')
  return isObject(left) && Object.keys(left).length === 0
    ? withAt(without, ['metadata', 'annotations'], undefined)
    : without
}

/** Where a pod spec stands in the kinds that have one. */
export function podSpecPaths(object: JsonObject): readonly (readonly string[])[] {
  const paths = [['spec'], ['spec', 'template', 'spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec']]
  return paths.filter((path) => Array.isArray(at(object, ...path, 'containers')))
}

/** Its containers, then what runs before them. */
export function containersOf(object: JsonObject): readonly unknown[] {
  return podSpecPaths(object).flatMap((path) =>
    ['containers', 'initContainers'].flatMap((field) => listAt(object, ...path, field)),
  )
}

function foldStringData(object: JsonObject, toBase64: (text: string) => string): JsonObject {
  const plain = stringsAt(object, 'stringData')
  const encoded = Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, toBase64(value)]))
  const { stringData: _stringData, ...rest } = object
  return { ...rest, data: { ...(isObject(object.data) ? object.data : {}), ...encoded } }
}

function withContainerPorts(object: JsonObject, podSpec: readonly string[]): JsonObject {
  let result = object
  for (const field of ['containers', 'initContainers']) {
    const containers = listAt(result, ...podSpec, field)
    if (containers.length === 0) continue
    const filled = containers.map((container) =>
      isObject(container) ? withPorts(container, ['ports']) : container,
    )
    result = withAt(result, [...podSpec, field], filled)
  }
  return result
}

function withPorts(object: JsonObject, path: readonly string[]): JsonObject {
  const ports = listAt(object, ...path)
  if (ports.length === 0) return object
  const filled = ports.map((port) =>
    isObject(port) && port.protocol === undefined ? { ...port, protocol: 'TCP' } : port,
  )
  return withAt(object, path, filled)
}
