import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stringAt } from '#core'
import type { JsonObject } from '#core'
import { ApiFailure, badRequest } from './failure.ts'
import { apiVersionOf } from './kinds.ts'
import { createLists } from './list.ts'
import type { Lists } from './list.ts'
import { readLog } from './pod-log.ts'
import { getObject, patchObject, postObject, putObject, removeObject } from './objects.ts'
import type { Call } from './objects.ts'
import { answer, asObject, parsePath, readBody, userOf } from './request.ts'
import type { Resource, Tokens } from './request.ts'
import { checkRights, isAllowed } from './rights.ts'
import type { User } from './rights.ts'
import { watchObjects } from './watch.ts'
import type { World } from './world.ts'
import { notServed } from './write.ts'

export type ApiServer = { readonly url: string; readonly close: () => Promise<void> }

type Room = { readonly world: World; readonly lists: Lists; readonly tokens: Tokens }

/** The Kubernetes API of this cluster on 127.0.0.1. Port 0 = any that is free. */
export async function startServer(world: World, tokens: Tokens, port: number): Promise<ApiServer> {
  const room = { world, tokens, lists: createLists(world.store, world.clock) }
  const server = createServer((request, response) => void handle(room, request, response))
  server.keepAliveTimeout = 120_000
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  const { port: given } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${given}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function handle(room: Room, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://cluster')
    if (/^\/(readyz|livez|healthz)$/.test(url.pathname)) return void response.end('ok')
    const user = userOf(request, room.tokens)
    if (request.method === 'GET' && answerAbout(room, url, request, response)) return
    if (url.pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')
      return answer(response, 201, await reviewAccess(user, request))
    const resource = parsePath(url.pathname)
    if (resource === undefined) throw notServed()
    await serve(room, { user, resource, query: url.searchParams, request, response })
  } catch (error) {
    fail(room, response, error)
  }
}

function fail(room: Room, response: ServerResponse, error: unknown): void {
  const failure = toFailure(error)
  if (failure === undefined) room.world.log('a request failed', error)
  const said = failure ?? new ApiFailure(500, 'InternalError', `Internal error occurred: ${String(error)}`)
  if (response.headersSent) response.destroy()
  else answer(response, said.code, said.toStatus())
}

function toFailure(error: unknown): ApiFailure | undefined {
  if (error instanceof ApiFailure) return error
  // An address that is no URL, or with escapes that mean nothing.
  const unreadable = error instanceof URIError || (error instanceof TypeError && 'input' in error)
  return unreadable ? badRequest('the address of the request cannot be read') : undefined
}

/** Version, discovery and schemas: answered from what was recorded. */
function answerAbout({ world }: Room, url: URL, request: IncomingMessage, response: ServerResponse): boolean {
  const { schemas } = world
  const path = url.pathname.replace(/\/$/, '')
  if (path === '/version') answer(response, 200, schemas.version)
  else if (path === '/api' || path === '/apis') {
    // The only form that is served: every client since 1.26 asks for it.
    const wanted = request.headers.accept?.includes('as=APIGroupDiscoveryList')
    if (wanted !== true)
      throw new ApiFailure(406, 'NotAcceptable', 'only aggregated discovery (v2) is served')
    const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
    response.writeHead(200, { 'content-type': type }).end(JSON.stringify(schemas.discovery(path)))
  } else if (path === '/openapi/v3') answer(response, 200, schemas.index())
  else if (path.startsWith('/openapi/v3/')) {
    const document = schemas.document(path.slice('/openapi/v3/'.length))
    if (document === undefined) throw notServed()
    answer(response, 200, document)
  } else return false
  return true
}

async function reviewAccess(user: User, request: IncomingMessage): Promise<JsonObject> {
  const body = asObject(await readBody(request))
  const ask = (name: string) => stringAt(body, 'spec', 'resourceAttributes', name) ?? ''
  const asked = { verb: ask('verb'), group: ask('group'), namespace: ask('namespace'), name: ask('name') }
  const allowed = isAllowed(user, { ...asked, resource: ask('resource') })
  const reason = allowed ? `${user} may` : `${user} may only read, and no Secrets`
  return { ...body, status: { allowed, reason } }
}

type Asked = Pick<Call, 'resource' | 'query' | 'request'> & {
  readonly user: User
  readonly response: ServerResponse
}

async function serve(room: Room, asked: Asked): Promise<void> {
  const { resource, query, request, response, user } = asked
  const watching = query.get('watch') === 'true' || query.get('watch') === '1'
  const verb = verbOf(request.method ?? '', resource, watching)
  const { kind, subresource, namespace, name } = resource
  const full = subresource === '' ? kind.plural : `${kind.plural}/${subresource}`
  checkRights(user, kind, { verb, group: kind.group, resource: full, namespace, name })
  const warnings: string[] = []
  const call: Call = { ...asked, world: room.world, warn: (text) => warnings.push(text) }
  const send = (code: number, object: JsonObject) => {
    if (warnings.length > 0)
      response.setHeader(
        'warning',
        warnings.map((text) => `299 - ${JSON.stringify(text)}`),
      )
    answer(response, code, { kind: kind.kind, apiVersion: apiVersionOf(kind), ...object })
  }
  switch (verb) {
    case 'watch':
      return watchObjects(room.world, resource, query, response)
    case 'list':
      return answer(response, 200, room.lists.read(resource, query))
    case 'get':
      if (subresource === 'log') return void response.end(readLog(call))
      return send(200, getObject(call))
    case 'create':
      return send(201, await postObject(call))
    case 'update':
      return send(200, await putObject(call))
    case 'patch':
      return send(200, await patchObject(call))
    case 'delete':
      return answer(response, 200, await removeObject(call))
    default:
      throw new ApiFailure(
        405,
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
      )
  }
}

function verbOf(method: string, { name }: Resource, watching: boolean): string {
  if (method === 'GET' && watching) return 'watch'
  if (method === 'GET') return name === '' ? 'list' : 'get'
  const verbs: Readonly<Record<string, string>> = {
    POST: 'create',
    PUT: name === '' ? '' : 'update',
    PATCH: name === '' ? '' : 'patch',
    DELETE: name === '' ? '' : 'delete',
  }
  return verbs[method] ?? ''
}
