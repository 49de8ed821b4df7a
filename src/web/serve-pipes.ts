import { randomBytes } from 'node:crypto'
import { createServer, STATUS_CODES } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { AppError } from '#contract'
import type { Pipe } from '#contract'
import type { Logger } from '#host'
import { refuseHost, refuseUpgrade, subprotocol } from './admission.ts'
import { noncePlaceholder, pageHeaders } from './page-headers.ts'
import { createSocketPipe, maxPayloadBytes } from './socket-pipe.ts'
import { readStaticFile } from './static-files.ts'
import type { StaticFile } from './static-files.ts'

export type PipeServerOptions = {
  /** Folder of the built renderer. */
  readonly rendererDir: string
  /** 0 = any free one. */
  readonly port: number
  /** Made anew for each start unless given. At least 128 bits of chance. */
  readonly token?: string | undefined
  readonly log: Logger
  /** A window has connected. */
  readonly onPipe: (pipe: Pipe) => void
  /** Between two pings of a connection; 30 s unless told. */
  readonly pingMs?: number
  readonly maxBufferedBytes?: number
}

export type WebServer = {
  /** The address to open: the token is in the fragment, which browsers send to nobody. */
  readonly url: string
  readonly port: number
  /** Closes all connections, which aborts their calls, and frees the port. */
  readonly close: () => Promise<void>
}

const maxConnections = 64
const usualPingMs = 30_000

/**
 * The page over loopback HTTP and its pipe over a WebSocket, on 127.0.0.1 alone. Static pages carry no data and need no token; the
 * socket needs Host (421), Origin (403) and token (401) to be right before its upgrade. `PORT_IN_USE`.
 */
export async function servePipes(options: PipeServerOptions): Promise<WebServer> {
  const token = options.token ?? randomBytes(32).toString('base64url')
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxPayloadBytes,
    perMessageDeflate: false,
    handleProtocols: (names) => (names.has(subprotocol) ? subprotocol : false),
  })
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    answer(options.rendererDir, request, response).catch((error: unknown) => {
      options.log({ level: 'error', message: 'A page could not be answered.', error })
      response.destroy()
    })
  })
  let connections = 0
  server.on('upgrade', (request, socket, head) => {
    const refusal =
      refuseUpgrade(request.headers, token) ??
      (sockets.clients.size >= maxConnections ? { status: 503, words: 'Too many windows.' } : undefined)
    if (refusal !== undefined) {
      options.log({ level: 'warn', message: `connection refused: ${refusal.status}`, why: refusal.words })
      return refuseSocket(socket, refusal)
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const peer = `window ${++connections}`
      const { pingMs = usualPingMs, maxBufferedBytes } = options
      options.onPipe(
        createSocketPipe(opened, {
          peer,
          pingMs,
          ...(maxBufferedBytes === undefined ? {} : { maxBufferedBytes }),
        }),
      )
    })
  })
  const port = await listen(server, options.port)
  server.on('error', (error) => options.log({ level: 'error', message: 'The web server failed.', error }))
  return {
    url: `http://127.0.0.1:${port}/#token=${token}`,
    port,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new AppError('PORT_IN_USE', {
          message: `Port ${port} cannot be listened on: ${error.code ?? error.message}.`,
          subject: String(port),
          cause: error,
        }),
      ),
    )
    server.listen({ host: '127.0.0.1', port }, resolve)
  })
  return (server.address() as AddressInfo).port
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const nonce = randomBytes(16).toString('base64')
  for (const [name, value] of Object.entries(pageHeaders(nonce))) response.setHeader(name, value)
  const refusal = refuseHost(request.headers.host)
  if (refusal !== undefined) return refuse(response, refusal.status, refusal.words)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return refuse(response, 405, 'Only GET and HEAD are answered here.')
  }
  const target = request.url ?? '/'
  const file = await readStaticFile(folder, target)
  if (file !== undefined) return sendFile(request, response, { file, nonce })
  const isHome = target.split(/[?#]/, 1)[0] === '/'
  return refuse(
    response,
    404,
    isHome ? 'The interface is not built: run npm run build.' : 'There is no such page.',
  )
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { file, nonce }: { readonly file: StaticFile; readonly nonce: string },
): void {
  response.setHeader('content-type', file.mimeType)
  // A page belongs to its nonce: it must come with the header that names it.
  response.setHeader('cache-control', file.isPage ? 'no-store' : file.cacheControl)
  if (!file.isPage) response.setHeader('etag', file.etag)
  if (!file.isPage && request.headers['if-none-match'] === file.etag) {
    response.statusCode = 304
    response.end()
    return
  }
  const body = file.isPage
    ? Buffer.from(Buffer.from(file.bytes).toString('utf8').replaceAll(noncePlaceholder, nonce))
    : file.bytes
  response.setHeader('content-length', body.byteLength)
  response.end(request.method === 'HEAD' ? undefined : body)
}

function refuse(response: ServerResponse, status: number, words: string): void {
  response.statusCode = status
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  response.end(`${words}\n`)
}

function refuseSocket(
  socket: Duplex,
  { status, words }: { readonly status: number; readonly words: string },
): void {
  socket.on('error', () => socket.destroy())
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(words)}`,
      '',
      words,
    ].join('\r\n'),
  )
}
