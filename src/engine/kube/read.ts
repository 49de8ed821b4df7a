import { AppError } from '#contract'
import type { ResourceKey } from '#contract'
import { displayKey, isObject, listAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import type { ObjectList, ReadOptions, Scope } from './cluster.ts'
import type { GroupKind, ResourceType } from './discovery.ts'
import type { KubeHttp } from './http.ts'
import { collectionPath, objectPath } from './resource-path.ts'

/** What reads and writes need: the connection, and the resource of a kind (KUBE_UNKNOWN_KIND when there is none). */
export type Api = {
  readonly http: KubeHttp
  readonly typeOf: (
    kind: GroupKind & { readonly version?: string | undefined },
    options?: ReadOptions,
  ) => Promise<ResourceType>
}

const pageSize = 500

export async function getObject(
  api: Api,
  key: ResourceKey,
  options: ReadOptions = {},
): Promise<JsonObject | undefined> {
  const type = await api.typeOf(key, options)
  try {
    const path = objectPath(type, key)
    return asObject(
      await api.http.json({ method: 'GET', path, subject: displayKey(key), signal: options.signal }),
    )
  } catch (error) {
    if (error instanceof AppError && error.code === 'KUBE_NOT_FOUND') return undefined
    throw error
  }
}

export async function listObjects(
  api: Api,
  kind: GroupKind,
  scope: Scope = {},
  options: ReadOptions = {},
): Promise<ObjectList> {
  const type = await api.typeOf(kind, options)
  try {
    return await readPages(api.http, { type, scope, limit: pageSize, signal: options.signal })
  } catch (error) {
    // The snapshot that the pages are of went away (5 minutes): read anew in one piece, as client-go's pager does.
    if (error instanceof AppError && error.code === 'KUBE_EXPIRED')
      return await readPages(api.http, { type, scope, limit: undefined, signal: options.signal })
    throw error
  }
}

type Pages = {
  readonly type: ResourceType
  readonly scope: Scope
  readonly limit: number | undefined
  readonly signal: AbortSignal | undefined
}

async function readPages(http: KubeHttp, { type, scope, limit, signal }: Pages): Promise<ObjectList> {
  const items: JsonObject[] = []
  const path = collectionPath(type, scope.namespace)
  let token: string | undefined
  for (;;) {
    const page = await http.json({
      method: 'GET',
      path,
      query: {
        ...selectors(scope),
        limit: limit === undefined ? undefined : String(limit),
        continue: token,
      },
      subject: `${type.kind} list`,
      signal,
    })
    for (const item of listAt(page, 'items')) if (isObject(item)) items.push(withType(item, type))
    token = stringAt(page, 'metadata', 'continue') || undefined
    if (token === undefined)
      return { items, resourceVersion: stringAt(page, 'metadata', 'resourceVersion') ?? '' }
  }
}

export function selectors(scope: Scope): Record<string, string | undefined> {
  return { labelSelector: scope.labelSelector || undefined, fieldSelector: scope.fieldSelector || undefined }
}

/** Items of a list do not say what they are. */
export function withType(item: JsonObject, type: ResourceType): JsonObject {
  if (typeof item['kind'] === 'string' && typeof item['apiVersion'] === 'string') return item
  const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`
  return { apiVersion, kind: type.kind, ...item }
}

export function asObject(value: unknown): JsonObject {
  if (isObject(value)) return value
  throw new AppError('KUBE_FAILED', { message: 'The server answered with something that is no object.' })
}
