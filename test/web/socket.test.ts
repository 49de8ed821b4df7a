import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { serve } from '../../src/contract/index.ts'
import type { Pipe } from '../../src/contract/index.ts'
import { servePipes } from '../../src/web/serve-pipes.ts'
import type { PipeServerOptions, WebServer } from '../../src/web/serve-pipes.ts'
import { protocolLaws } from '../contract/protocol-laws.ts'
import { connectToy, toy, toyHandlers } from '../contract/toy.ts'
import { openSocket, toClientPipe, token } from './web-client.ts'

const servers: WebServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function start(onPipe: (pipe: Pipe) => void, options?: Partial<PipeServerOptions>): Promise<WebServer> {
  const server = await servePipes({
    rendererDir: '/nowhere',
    port: 0,
    token,
    log: () => undefined,
    onPipe,
    ...options,
  })
  servers.push(server)
  return server
}

async function openLine(options?: Partial<PipeServerOptions>) {
  const { handlers, state } = toyHandlers()
  const server = await start(
    (pipe) => serve(toy, handlers, pipe, { onError: (error) => void state.errors.push(error) }),
    options,
  )
  const socket = await openSocket(server)
  const pipe = toClientPipe(socket)
  return { client: connectToy(pipe), pipe, state, socket, server }
}

describe('over a WebSocket', () => protocolLaws(openLine, 15))

const closeCode = async (socket: WebSocket) => {
  const [code] = (await once(socket, 'close')) as [number]
  return code
}

test('a window that goes away aborts its calls', async () => {
  const { client, state, socket } = await openLine()
  const waiting = client.call('wait', {})
  await state.until(() => state.begun === 1)
  socket.terminate()
  await expect(waiting).rejects.toMatchObject({ failure: { code: 'UNAVAILABLE' } })
  await state.until(() => state.aborted === 1)
})

test('the end of the server fails what waits, and frees the port', async () => {
  const { client, state, server } = await openLine()
  const waiting = client.call('wait', {})
  await state.until(() => state.begun === 1)
  await server.close()
  await expect(waiting).rejects.toMatchObject({ failure: { code: 'UNAVAILABLE' } })
  await state.until(() => state.aborted === 1)
  const again = await start(() => undefined, { port: server.port })
  expect(again.port).toBe(server.port)
})

test.each<readonly [string, string | Buffer, number]>([
  ['text that is no JSON', '{"type":', 1007],
  ['binary', Buffer.from('{}'), 1003],
  ['a frame beyond all reason', JSON.stringify({ pad: 'x'.repeat(1024 * 1024) }), 1009],
])('closes on %s', async (_name, message, code) => {
  const { socket } = await openLine()
  socket.send(message)
  expect(await closeCode(socket)).toBe(code)
})

test('ends a connection that does not answer pings', async () => {
  const pipeClosed = Promise.withResolvers<void>()
  const server = await start((pipe) => pipe.onClose(() => pipeClosed.resolve()), { pingMs: 20 })
  const socket = await openSocket(server)
  // Not reading, it answers no ping.
  socket.pause()
  await pipeClosed.promise
  socket.terminate()
})

test('gives up a reader that lets more wait than is bearable', async () => {
  const seen = Promise.withResolvers<Pipe>()
  const server = await start((pipe) => seen.resolve(pipe), { maxBufferedBytes: 1024 * 1024 })
  const socket = await openSocket(server)
  socket.pause()
  const pipe = await seen.promise
  let closed = false
  pipe.onClose(() => (closed = true))
  const frame = { type: 'item', id: 1, item: 'x'.repeat(256 * 1024) }
  let sent = 0
  while (!closed && sent < 200) {
    pipe.send(frame)
    sent += 1
  }
  expect(closed).toBe(true)
  // The control: what the system's own buffers took did not count.
  expect(sent).toBeGreaterThan(4)
  expect(() => pipe.send(frame)).toThrow(/closed/)
  socket.terminate()
})
