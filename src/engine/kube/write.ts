import { AppError } from '#contract'
import type { ResourceKey } from '#contract'
import { displayKey, stringAt, withAt } from '#core'
import type { JsonObject } from '#core'
import type { ApplyOptions, DeleteOptions, DeleteResult, WriteOptions } from './cluster.ts'
import { parseJson } from './http-body.ts'
import type { KubeRequest } from './http.ts'
import { asObject } from './read.ts'
import type { Api } from './read.ts'
import { collectionPath, identityOf, objectPath } from './resource-path.ts'

const ourManager = 'wheelhouse'

export async function applyObject(
  api: Api,
  object: JsonObject,
  options: ApplyOptions = {},
): Promise<JsonObject> {
  const { key, version } = identityOf(object)
  const type = await api.typeOf({ ...key, version }, options)
  return await write(api, options, {
    method: 'PATCH',
    path: objectPath(type, key),
    query: {
      ...writeQuery(options),
      force: options.force === true ? 'true' : undefined,
      fieldValidation: options.fieldValidation ?? 'Strict',
    },
    contentType: 'application/apply-patch+yaml',
    body: toYamlSafeJson(withAt(object, ['metadata', 'managedFields'], undefined)),
    subject: displayKey(key),
  })
}

export async function patchObject(
  api: Api,
  key: ResourceKey,
  patch: {
    readonly contentType: 'application/json-patch+json' | 'application/merge-patch+json'
    readonly body: unknown
  },
  options: WriteOptions & { readonly subresource?: string } = {},
): Promise<JsonObject> {
  const type = await api.typeOf(key, options)
  return await write(api, options, {
    method: 'PATCH',
    path: objectPath(type, key, options.subresource),
    query: writeQuery(options),
    ...patch,
    subject: displayKey(key),
  })
}

export async function createObject(
  api: Api,
  object: JsonObject,
  options: WriteOptions = {},
): Promise<JsonObject> {
  const { key, version } = identityOf(object)
  const type = await api.typeOf({ ...key, version }, options)
  if (type.namespaced && key.namespace === '') objectPath(type, key)
  return await write(api, options, {
    method: 'POST',
    path: collectionPath(type, key.namespace),
    query: writeQuery(options),
    body: object,
    subject: displayKey(key),
  })
}

export async function replaceObject(
  api: Api,
  object: JsonObject,
  options: WriteOptions & { readonly resourceVersion?: string } = {},
): Promise<JsonObject> {
  const { key, version } = identityOf(object)
  const guarded =
    options.resourceVersion === undefined
      ? object
      : withAt(object, ['metadata', 'resourceVersion'], options.resourceVersion)
  // Without it the server would overwrite whatever is there.
  if (!stringAt(guarded, 'metadata', 'resourceVersion'))
    throw new AppError('KUBE_INVALID', {
      message: `${displayKey(key)}: it is replaced only with the resourceVersion that was read.`,
      subject: displayKey(key),
    })
  const type = await api.typeOf({ ...key, version }, options)
  return await write(api, options, {
    method: 'PUT',
    path: objectPath(type, key),
    query: writeQuery(options),
    body: guarded,
    subject: displayKey(key),
  })
}

export async function deleteObject(
  api: Api,
  key: ResourceKey,
  options: DeleteOptions = {},
): Promise<DeleteResult> {
  const type = await api.typeOf(key, options)
  const preconditions = {
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.resourceVersion === undefined ? {} : { resourceVersion: options.resourceVersion }),
  }
  try {
    const answer = await api.http.json({
      method: 'DELETE',
      path: objectPath(type, key),
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: options.propagation ?? 'Background',
        ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
        ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
      },
      subject: displayKey(key),
      signal: options.signal,
    })
    return stringAt(answer, 'metadata', 'deletionTimestamp') === undefined ? 'deleted' : 'deleting'
  } catch (error) {
    if (error instanceof AppError && error.code === 'KUBE_NOT_FOUND') return 'missing'
    throw error
  }
}

async function write(api: Api, options: WriteOptions, request: KubeRequest): Promise<JsonObject> {
  const answer = await api.http.request({ ...request, signal: options.signal })
  if (options.onWarning !== undefined) answer.warnings.forEach(options.onWarning)
  return asObject(parseJson(answer.text, request.subject ?? request.path))
}

function writeQuery(options: WriteOptions): Record<string, string | undefined> {
  return {
    fieldManager: options.fieldManager ?? ourManager,
    dryRun: options.dryRun === true ? 'All' : undefined,
  }
}

/**
 * JSON that the server's YAML parser reads as the same: characters that YAML does not allow unescaped (DEL, C1 controls, line separators,
 * the byte order mark) are escaped; pairs of surrogates stay as they are, for it cannot join escaped ones.
 */
export function toYamlSafeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    // oxlint-disable-next-line no-control-regex
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
