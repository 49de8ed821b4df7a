import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { AppError } from '../../src/contract/index.ts'
import type { Pipe } from '../../src/contract/index.ts'
import type { WebServer } from '../../src/web/index.ts'

export const token = 'a-token-of-the-tests'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** One request with exactly these headers and this target: no client of ours tidies them. */
export function ask(
  server: WebServer,
  options: {
    readonly target?: string
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path: options.target ?? '/',
        method: options.method ?? 'GET',
        headers: { host: `127.0.0.1:${server.port}`, ...options.headers },
        agent: false,
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (text: string) => (body += text))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

/** Sends raw lines and answers the first line that comes back: for what an HTTP client refuses to send. */
export async function askRaw(server: WebServer, lines: readonly string[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  socket.setEncoding('utf8')
  let text = ''
  socket.on('data', (more: string) => (text += more))
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
  await once(socket, 'close')
  return text.split('\r\n', 1)[0] ?? ''
}

/** What an upgrade with these headers is answered: 101, or the status of the refusal. */
export function upgradeStatus(
  server: WebServer,
  headers: Readonly<Record<string, string | undefined>>,
  protocols: readonly string[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port: server.port,
      path: '/',
      agent: false,
      headers: Object.fromEntries(
        Object.entries({
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          ...(protocols.length === 0 ? {} : { 'sec-websocket-protocol': protocols.join(', ') }),
          host: `127.0.0.1:${server.port}`,
          ...headers,
        }).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    })
    sent.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** A socket as the page opens it. */
export async function openSocket(server: WebServer): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`, ['wh', `wh.${token}`], {
    origin: `http://127.0.0.1:${server.port}`,
    perMessageDeflate: false,
  })
  await once(socket, 'open')
  return socket
}

/** The page's end of a pipe. */
export function toClientPipe(socket: WebSocket): Pipe {
  return {
    peer: 'engine',
    send: (frame) => {
      if (socket.readyState !== socket.OPEN)
        throw new AppError('UNAVAILABLE', { message: 'The engine has closed the connection.' })
      socket.send(JSON.stringify(frame))
    },
    onFrame: (listener) =>
      void socket.on('message', (data) => listener(JSON.parse((data as Buffer).toString()))),
    onClose: (listener) => void socket.on('close', () => listener()),
    close: () => socket.close(),
  }
}
