import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { certificates } from './certificates.ts'

export type Seen = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** Name in the client's certificate. */
  readonly client: string | undefined
}
export type Answer = (seen: Seen, response: Http2ServerResponse) => void | Promise<void>

export type ApiServer = {
  readonly url: string
  readonly port: number
  readonly seen: readonly Seen[]
  readonly connections: () => number
  /** Later answers for a path take the place of earlier ones. */
  readonly on: (path: string, answer: Answer) => void
  /** Resolves with the next request for the path that has not been waited for. */
  readonly next: (path: string) => Promise<{ readonly seen: Seen; readonly response: Http2ServerResponse }>
  /** Resets every connection. */
  readonly cut: () => void
  readonly stop: () => Promise<void>
}

/** A small API server of the tests' own, to misbehave as no real one does on demand: HTTPS with HTTP/2, answers given per path. */
export async function startApiServer(
  options: {
    readonly port?: number
    readonly certificate?: 'server' | 'other'
    readonly uid?: string
  } = {},
): Promise<ApiServer> {
  const answers = new Map<string, Answer>(Object.entries(standard(options.uid ?? 'uid-of-kube-system')))
  const sockets = new Set<Socket>()
  const seen: Seen[] = []
  const waiting = new Map<string, ((arrival: Arrival) => void)[]>()
  const arrived = new Map<string, Arrival[]>()
  let connections = 0
  const other = options.certificate === 'other'
  const server = createSecureServer({
    allowHTTP1: true,
    key: other ? certificates.otherKey : certificates.serverKey,
    cert: other ? certificates.otherCert : certificates.serverCert,
    ca: certificates.ca,
    requestCert: true,
    rejectUnauthorized: false,
  })
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (request: Http2ServerRequest, response: Http2ServerResponse) => {
    void take(request).then(async (one) => {
      seen.push(one)
      response.on('error', () => response.destroy())
      const arrival = { seen: one, response }
      const waiter = waiting.get(one.path)?.shift()
      if (waiter === undefined) arrived.set(one.path, [...(arrived.get(one.path) ?? []), arrival])
      else waiter(arrival)
      await (answers.get(one.path) ?? notFound)(one, response)
    })
  })
  server.on('sessionError', () => undefined)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => connections,
    on: (path, answer) => void answers.set(path, answer),
    next: (path) => {
      const there = arrived.get(path)?.shift()
      if (there !== undefined) return Promise.resolve(there)
      return new Promise((resolve) => waiting.set(path, [...(waiting.get(path) ?? []), resolve]))
    },
    cut,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}

type Arrival = { readonly seen: Seen; readonly response: Http2ServerResponse }

async function take(request: Http2ServerRequest): Promise<Seen> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url, 'https://server')
  const socket: unknown = Reflect.get(request.stream?.session ?? request, 'socket')
  const certificate = (
    Reflect.get(Object(socket), 'getPeerCertificate') as (() => { subject?: { CN?: string } }) | undefined
  )?.call(socket)
  return {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    client: certificate?.subject?.CN,
  }
}

export function send(response: Http2ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

export function sendStatus(
  response: Http2ServerResponse,
  code: number,
  rest: Record<string, unknown> = {},
): void {
  send(response, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, ...rest }, code)
}

export function configMap(name: string, resourceVersion: string, data: Record<string, string> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion },
    data,
  }
}

const notFound: Answer = (seen, response) =>
  sendStatus(response, 404, { reason: 'NotFound', message: `${seen.path} not found` })

function standard(uid: string): Record<string, Answer> {
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']
  const resource = (plural: string, kind: string, scope: string) => ({
    resource: plural,
    responseKind: { group: '', version: 'v1', kind },
    scope,
    verbs,
  })
  const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  const resources = [
    resource('configmaps', 'ConfigMap', 'Namespaced'),
    resource('secrets', 'Secret', 'Namespaced'),
    resource('namespaces', 'Namespace', 'Cluster'),
  ]
  return {
    '/version': (_, response) => send(response, { gitVersion: 'v1.36.3' }),
    '/api/v1/namespaces/kube-system': (_, response) =>
      send(response, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } }),
    '/api': (_, response) =>
      send(
        response,
        { items: [{ metadata: {}, versions: [{ version: 'v1', freshness: 'Current', resources }] }] },
        200,
        { 'content-type': aggregated },
      ),
    '/apis': (_, response) => send(response, { items: [] }, 200, { 'content-type': aggregated }),
  }
}
