import type { IncomingMessage } from 'node:http'
import { isObject } from '#core'
import type { JsonObject } from '#core'
import { ApiFailure, badRequest, notFound } from './failure.ts'
import { deleteObject, readDeleteOptions } from './delete.ts'
import type { Stored } from './object.ts'
import { jsonPatch, mergePatch, strategicPatch } from './patch.ts'
import { asObject, readBody } from './request.ts'
import type { Resource } from './request.ts'
import { toScale, writeScale, writeStatus } from './subresources.ts'
import type { World } from './world.ts'
import { applyObject, createObject, notServed, updateObject } from './write.ts'
import type { WriteOptions } from './write.ts'

export type Call = {
  readonly world: World
  readonly resource: Resource
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly warn: (text: string) => void
}

export function getObject({ world, resource }: Call): JsonObject {
  const { kind, namespace, name, subresource } = resource
  const found = world.store.get(kind, namespace, name)
  if (found === undefined) throw notFound(resource)
  if (subresource === 'scale' && has(resource, 'scale')) return toScale(found)
  if (subresource === '' || (subresource === 'status' && has(resource, 'status'))) return found
  throw notServed()
}

export async function postObject(call: Call): Promise<JsonObject> {
  if (call.resource.name !== '') throw notServed()
  const body = asObject(await readBody(call.request))
  return await createObject(call.world, call.resource, body, optionsOf(call))
}

export async function putObject(call: Call): Promise<JsonObject> {
  const body = asObject(await readBody(call.request))
  return await write(call, () => body)
}

export async function patchObject(call: Call): Promise<JsonObject> {
  const body = await readBody(call.request)
  const type = (call.request.headers['content-type'] ?? '').split(';')[0]?.trim()
  if (type === 'application/apply-patch+yaml' || type === 'application/apply-patch+json') {
    if (call.resource.subresource !== '') throw notServed()
    if (call.query.get('fieldManager') === null)
      throw badRequest(
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      )
    const force = call.query.get('force') === 'true'
    return await applyObject(call.world, call.resource, asObject(body), { ...optionsOf(call), force })
  }
  const schema = call.world.schemas.schemaOf(call.resource.kind)
  if (type === 'application/json-patch+json') return await write(call, (live) => jsonPatch(live, body))
  if (type === 'application/merge-patch+json')
    return await write(call, (live) => mergePatch(live, asObject(body)))
  if (type === 'application/strategic-merge-patch+json')
    return await write(call, (live) => strategicPatch(live, asObject(body), schema))
  throw new ApiFailure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format: ${type}`,
  )
}

export async function removeObject(call: Call): Promise<JsonObject> {
  const body = await readBody(call.request)
  const options = readDeleteOptions(call.resource.kind, isObject(body) ? body : {}, call.query)
  if (call.resource.name === '' || call.resource.subresource !== '') throw notServed()
  return deleteObject(call.world, call.resource, options)
}

function write(call: Call, build: (live: Stored) => JsonObject): Promise<JsonObject> {
  const { world, resource } = call
  const options = optionsOf(call)
  if (resource.subresource === '') return updateObject(world, resource, build, options)
  if (resource.subresource === 'scale' && has(resource, 'scale'))
    return writeScale(world, resource, build, options)
  if (resource.subresource === 'status' && has(resource, 'status'))
    return writeStatus(world, resource, build, options)
  throw notServed()
}

function has({ kind }: Resource, subresource: 'status' | 'scale'): boolean {
  return kind.subresources.includes(subresource)
}

function optionsOf({ query, request, warn }: Call): WriteOptions {
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? ''
  const validation = query.get('fieldValidation') ?? 'Warn'
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore')
    throw badRequest(`fieldValidation: Unsupported value: "${validation}"`)
  return {
    manager: query.get('fieldManager') || agent,
    dryRun: query.getAll('dryRun').includes('All'),
    fieldValidation: validation,
    warn,
  }
}
