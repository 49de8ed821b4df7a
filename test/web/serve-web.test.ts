import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, connect } from '../../src/contract/index.ts'
import type { Api, Handlers } from '../../src/contract/index.ts'
import type { LogEntry } from '../../src/host/index.ts'
import { serveWeb } from '../../src/web/index.ts'
import type { WebServer } from '../../src/web/index.ts'
import { ask, askRaw, openSocket, toClientPipe, token, upgradeStatus } from './web-client.ts'

let folder: string
let server: WebServer
const log: LogEntry[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelhouse-web-'))
  const rendererDir = join(folder, 'renderer')
  await mkdir(join(rendererDir, 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'outside')
  await writeFile(
    join(rendererDir, 'index.html'),
    '<meta name="nonce" content="__CSP_NONCE__"><style nonce="__CSP_NONCE__">',
  )
  await writeFile(join(rendererDir, 'assets', 'main-abc.js'), 'export {}')
  await writeFile(join(rendererDir, 'favicon.svg'), '<svg/>')
  await writeFile(join(rendererDir, '.hidden'), 'hidden')
  await symlink(join(folder, 'secret.txt'), join(rendererDir, 'link.txt'))
  const handlers = { 'connections.retry': async () => ({}) } as unknown as Handlers<Api>
  server = await serveWeb({
    handlers,
    rendererDir,
    port: 0,
    token,
    log: (entry) => log.push(entry),
    now: () => 0,
  })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const port = () => String(server.port)
const fill = (text: string) => text.replace('PORT', port())

describe('the Host of a request', () => {
  test.each([
    ['127.0.0.1:PORT', 200],
    ['127.0.0.1:9', 200],
    ['127.0.0.1', 200],
    ['localhost:PORT', 200],
    ['LOCALHOST:1234', 200],
    ['[::1]:8080', 200],
    ['evil.example', 421],
    ['evil.example:PORT', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example:PORT', 421],
    ['evil.example@127.0.0.1', 421],
    ['127.0.0.2:PORT', 421],
    ['0.0.0.0:PORT', 421],
    ['[::ffff:127.0.0.1]', 421],
    ['127.0.0.1:', 421],
    ['127.0.0.1:PORT:1', 421],
  ])('%s is answered %i', async (host, status) => {
    expect((await ask(server, { headers: { host: fill(host) } })).status).toBe(status)
  })

  test('none at all is answered 421', async () => {
    expect(await askRaw(server, ['GET / HTTP/1.1', 'Connection: close'])).toContain('421')
    expect(await askRaw(server, ['GET / HTTP/1.0'])).toContain('421')
    expect(await askRaw(server, ['GET / HTTP/1.1', 'Host:', 'Connection: close'])).toContain('421')
  })
})

const own = ['wh', `wh.${token}`]
describe('the upgrade to a WebSocket', () => {
  test.each<readonly [string, Readonly<Record<string, string | undefined>>, readonly string[], number]>([
    ['our own page', { origin: 'http://127.0.0.1:PORT' }, own, 101],
    ['our own page through a tunnel', { host: 'localhost:8080', origin: 'http://localhost:8080' }, own, 101],
    ['a foreign Host, all else right', { host: 'evil.example', origin: 'http://evil.example' }, own, 421],
    ['no Origin', { origin: undefined }, own, 403],
    ['a foreign Origin', { origin: 'http://evil.example' }, own, 403],
    ['the Origin null of a sandboxed frame', { origin: 'null' }, own, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, own, 403],
    ['another name of this machine', { origin: 'http://localhost:PORT' }, own, 403],
    ['another scheme', { origin: 'https://127.0.0.1:PORT' }, own, 403],
    ['an Origin that begins like ours', { origin: 'http://127.0.0.1:PORT.evil.example' }, own, 403],
    ['no token', { origin: 'http://127.0.0.1:PORT' }, ['wh'], 401],
    ['no subprotocol', { origin: 'http://127.0.0.1:PORT' }, [], 401],
    ['an empty token', { origin: 'http://127.0.0.1:PORT' }, ['wh', 'wh.'], 401],
    ['a wrong token', { origin: 'http://127.0.0.1:PORT' }, ['wh', 'wh.wrong'], 401],
    ['a part of the token', { origin: 'http://127.0.0.1:PORT' }, ['wh', `wh.${token.slice(0, -1)}`], 401],
    ['a longer token', { origin: 'http://127.0.0.1:PORT' }, ['wh', `wh.${token}x`], 401],
    [
      'the right token after a wrong one',
      { origin: 'http://127.0.0.1:PORT' },
      ['wh', 'wh.x', `wh.${token}`],
      401,
    ],
    ['a foreign Origin without a token', { origin: 'http://evil.example' }, [], 403],
  ])('%s', async (_name, headers, protocols, status) => {
    const filled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === undefined ? undefined : fill(value)]),
    )
    expect(await upgradeStatus(server, filled, protocols)).toBe(status)
  })

  test('never gives the token back, and never logs it', async () => {
    const socket = await openSocket(server)
    expect(socket.protocol).toBe('wh')
    socket.terminate()
    expect(log.length).toBeGreaterThan(0)
    expect(JSON.stringify(log)).not.toContain(token)
  })

  test('is not a door for plain requests: without upgrade the token opens nothing', async () => {
    const { status, body } = await ask(server, {
      target: '/api',
      headers: { authorization: `Bearer ${token}` },
    })
    expect({ status, body }).toEqual({ status: 404, body: 'There is no such page.\n' })
  })
})

describe('static pages', () => {
  test('the page carries the nonce of its own policy, a new one each time', async () => {
    const [one, two] = await Promise.all([ask(server, {}), ask(server, {})])
    const nonceOf = (policy: unknown) => /'nonce-([^']+)'/.exec(String(policy))?.[1]
    const nonce = nonceOf(one.headers['content-security-policy'])
    expect(one.body).toBe(`<meta name="nonce" content="${nonce}"><style nonce="${nonce}">`)
    expect(nonceOf(two.headers['content-security-policy'])).not.toBe(nonce)
    expect(one.headers['cache-control']).toBe('no-store')
  })

  test.each([['/'], ['/assets/main-abc.js'], ['/nowhere'], ['/../secret.txt']])(
    '%s has the policy and its company in the headers, whatever the answer is',
    async (target) => {
      const { headers } = await ask(server, { target })
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self'")
      expect(policy).not.toContain('unsafe-eval')
      expect(policy).toContain("frame-ancestors 'none'")
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      })
    },
  )

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/%00',
    '/.hidden',
    '/link.txt',
    '/assets',
    '//secret.txt',
    '/%',
    '/C:/secret.txt',
    'http://127.0.0.1/secret.txt',
  ])('%s is not there', async (target) => {
    const { status, body } = await ask(server, { target })
    expect({ status, body }).toEqual({ status: 404, body: 'There is no such page.\n' })
  })

  test('hashed files may be kept for ever, others are asked for again', async () => {
    const asset = await ask(server, { target: '/assets/main-abc.js' })
    expect(asset).toMatchObject({ status: 200, body: 'export {}' })
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(asset.headers['cache-control']).toContain('immutable')
    const icon = await ask(server, { target: '/favicon.svg' })
    expect(icon.headers['cache-control']).toBe('no-cache')
    const again = await ask(server, {
      target: '/favicon.svg',
      headers: { 'if-none-match': String(icon.headers['etag']) },
    })
    expect(again).toMatchObject({ status: 304, body: '' })
  })

  test('nothing but GET and HEAD', async () => {
    expect((await ask(server, { method: 'POST' })).status).toBe(405)
    expect(await ask(server, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })
})

test('gives the address with the token in its fragment', () => {
  expect(server.url).toBe(`http://127.0.0.1:${port()}/#token=${token}`)
})

test('makes another token for each start', async () => {
  const start = () =>
    serveWeb({
      handlers: {} as Handlers<Api>,
      rendererDir: folder,
      port: 0,
      log: () => undefined,
      now: () => 0,
    })
  const [one, two] = await Promise.all([start(), start()])
  const tokenOf = ({ url }: WebServer) => new URL(url).hash
  expect(tokenOf(one)).not.toBe(tokenOf(two))
  expect(tokenOf(one).length).toBeGreaterThan(40)
  expect((await ask(one, {})).body).toContain('npm run build')
  await Promise.all([one.close(), two.close()])
})

test('says that the port is in use', async () => {
  const taken = serveWeb({
    handlers: {} as Handlers<Api>,
    rendererDir: folder,
    port: server.port,
    log: () => undefined,
    now: () => 0,
  })
  await expect(taken).rejects.toMatchObject({ code: 'PORT_IN_USE', subject: port() })
})

test('carries the calls of the contract', async () => {
  const socket = await openSocket(server)
  const client = connect(api, toClientPipe(socket))
  expect(await client.call('connections.retry', { context: 'shop' })).toEqual({})
  await expect(client.call('doctor.run', {})).rejects.toMatchObject({ failure: { code: 'BAD_REQUEST' } })
  socket.close()
  await once(socket, 'close')
})
