import { AppError } from '#contract'
import type { ResourceKey } from '#contract'
import { displayKey, groupOf, keyOf, stringAt } from '#core'
import type { JsonObject } from '#core'
import type { GroupKind, ResourceType } from './discovery.ts'

/** URL path of a kind's collection, in a namespace or over all of them. */
export function collectionPath(type: ResourceType, namespace: string | undefined): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`
  const scope = type.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${type.plural}`
}

/** URL path of one object. A namespaced object without a namespace is refused: the server would answer with a list. */
export function objectPath(type: ResourceType, key: ResourceKey, subresource?: string): string {
  if (type.namespaced && key.namespace === '')
    throw new AppError('KUBE_INVALID', {
      message: `${displayKey(key)}: it needs a namespace, and none is named.`,
      subject: displayKey(key),
    })
  const sub = subresource === undefined ? '' : `/${subresource}`
  return `${collectionPath(type, key.namespace)}/${encodeURIComponent(key.name)}${sub}`
}

/** What an object says it is. */
export function identityOf(object: JsonObject): { readonly key: ResourceKey; readonly version: string } {
  const apiVersion = stringAt(object, 'apiVersion') ?? ''
  const group = groupOf(apiVersion)
  return { key: keyOf(object), version: group === '' ? apiVersion : apiVersion.slice(group.length + 1) }
}

export function unknownKind(wanted: GroupKind & { readonly version?: string | undefined }): AppError {
  const group = wanted.group === '' ? '' : ` of ${wanted.group}`
  const version = wanted.version === undefined ? '' : ` in version ${wanted.version}`
  return new AppError('KUBE_UNKNOWN_KIND', {
    message: `${wanted.kind}: the cluster does not serve this kind${group}${version}.`,
    subject: wanted.kind,
    data: { group: wanted.group, kind: wanted.kind, version: wanted.version },
  })
}
