import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { load } from 'js-yaml'
import { isObject } from '#core'
import type { JsonObject } from '#core'
import { ApiFailure, badRequest } from './failure.ts'
import { kindOfPath } from './kinds.ts'
import type { ServedKind } from './kinds.ts'
import type { User } from './rights.ts'
import { notServed } from './write.ts'

export type Tokens = { readonly admin: string; readonly viewer: string }

/** What a path of the API names. */
export type Resource = {
  readonly kind: ServedKind
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

const maxBodyBytes = 3 * 1024 * 1024

export function userOf(request: IncomingMessage, tokens: Tokens): User {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  if (isSame(given, tokens.admin)) return 'admin'
  if (isSame(given, tokens.viewer)) return 'viewer'
  throw new ApiFailure(401, 'Unauthorized', 'Unauthorized')
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** `/api/v1/namespaces/x/pods/y/status`, `/apis/apps/v1/deployments`; undefined = no path of objects. */
export function parsePath(path: string): Resource | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/(v\d\w*)\/(.+)$/.exec(path)
  if (match === null) return undefined
  const [, group = '', version = '', rest = ''] = match
  const parts = rest.split('/').map(decodeURIComponent)
  const scoped = parts[0] === 'namespaces' && parts.length > 2 && !isOfNamespace(parts[2])
  const [, namespace = ''] = scoped ? parts : []
  return resourceOf(group, version, { namespace, scoped, words: scoped ? parts.slice(2) : parts })
}

function resourceOf(
  group: string,
  version: string,
  {
    namespace,
    scoped,
    words,
  }: { readonly namespace: string; readonly scoped: boolean; readonly words: readonly string[] },
): Resource {
  const [plural = '', name = '', subresource = '', ...more] = words
  const kind = more.length > 0 ? undefined : kindOfPath(group, version, plural)
  if (kind === undefined || (scoped && !kind.namespaced)) throw notServed()
  return { kind, namespace, name, subresource }
}

function isOfNamespace(part: string | undefined): boolean {
  return part === 'status' || part === 'finalize'
}

export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes)
      throw new ApiFailure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (text === '') return undefined
  const type = request.headers['content-type'] ?? ''
  if (type.includes('protobuf'))
    throw new ApiFailure(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format: ${type}`,
    )
  const yaml = type.includes('yaml')
  try {
    return yaml && !text.startsWith('{') ? load(text) : (JSON.parse(text) as unknown)
  } catch (error) {
    throw badRequest(`error decoding the body: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export function asObject(body: unknown): JsonObject {
  if (isObject(body)) return body
  throw badRequest('the object provided is unrecognized (must be of type JSON object)')
}

export function answer(response: ServerResponse, code: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(text)
}
