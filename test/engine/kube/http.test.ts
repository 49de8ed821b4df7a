import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, KubePorts } from '../../../src/engine/kube/index.ts'
import { send, sendStatus, startApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { certificates } from './certificates.ts'
import { failureOf, kubeconfig, kubeRoom } from './kube-room.ts'
import type { Room } from './kube-room.ts'
import { manualClock } from './manual-clock.ts'

let room: Room
let server: ApiServer

beforeEach(async () => {
  room = kubeRoom()
  server = await startApiServer()
})
afterEach(async () => {
  await room.clear()
  await server.stop()
})

const probe = { method: 'GET', path: '/probe' } as const

function connected(cluster: Record<string, unknown> = {}, ports: Partial<KubePorts> = {}): Promise<Cluster> {
  room.file('config', kubeconfig(server.url, { cluster }))
  return room.kube(ports).connect('test')
}

describe('requests', () => {
  it('three hundred of them share one connection', async () => {
    server.on('/probe', (_, response) => send(response, { ok: true }))
    const { http } = await connected()
    await Promise.all(Array.from({ length: 300 }, () => http.json(probe)))
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  it('a server that is too slow is a time-out; the request is given up', async () => {
    const { http } = await connected()
    server.on('/probe', () => undefined)
    const failure = await failureOf(http.json({ ...probe, timeoutMs: 100 }))
    expect(failure).toMatchObject({ code: 'KUBE_TIMEOUT', retryable: true })
  })

  it('a body that stops in the middle is a time-out too', async () => {
    const { http } = await connected()
    server.on('/probe', (_, response) => void response.write('{"half":'))
    expect(await failureOf(http.json({ ...probe, timeoutMs: 150 }))).toMatchObject({ code: 'KUBE_TIMEOUT' })
  })

  it('a cut connection is unreachable for a write, and a read is sent once more', async () => {
    const { http } = await connected()
    let times = 0
    server.on('/probe', (_, response) => {
      times += 1
      if (times === 1) server.cut()
      else send(response, { times })
    })
    expect(await http.json(probe)).toEqual({ times: 2 })
    server.on('/write', () => server.cut())
    const failure = await failureOf(http.json({ method: 'POST', path: '/write', body: {} }))
    expect(failure).toMatchObject({ code: 'KUBE_UNREACHABLE', retryable: true })
    expect(server.seen.filter((seen) => seen.path === '/write')).toHaveLength(1)
  })

  it('an answer that is too large is refused, plain or compressed', async () => {
    const { http } = await connected()
    const body = JSON.stringify({ filler: 'x'.repeat(3_000_000) })
    server.on('/probe', (_, response) => send(response, body))
    const bounded = { ...probe, maxBytes: 1_000_000 }
    expect(await failureOf(http.json(bounded))).toMatchObject({ code: 'KUBE_TOO_LARGE' })
    server.on('/probe', (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync(body))
    })
    expect(await failureOf(http.json(bounded))).toMatchObject({ code: 'KUBE_TOO_LARGE' })
    expect(await http.json(probe)).toHaveProperty('filler')
  })

  it('a cancel is an outcome of its own', async () => {
    const { http } = await connected()
    server.on('/probe', () => undefined)
    const cancel = new AbortController()
    const failed = failureOf(http.json({ ...probe, signal: cancel.signal }))
    await server.next('/probe')
    cancel.abort()
    expect(await failed).toMatchObject({ code: 'CANCELLED' })
  })

  it('429 is waited out as the server asks, for writes too', async () => {
    const clock = manualClock()
    const { http } = await connected({}, { now: clock.now, after: clock.after })
    let times = 0
    server.on('/probe', (_, response) => {
      times += 1
      if (times < 3) send(response, {}, 429, { 'retry-after': '2' })
      else send(response, { times })
    })
    const answer = http.json({ ...probe, method: 'POST', body: {} })
    for (let waits = 0; waits < 2; waits += 1) clock.advance(await clock.waited({ from: 2000, to: 2000 }))
    expect(await answer).toEqual({ times: 3 })
  })

  it('a Status keeps its causes, and a page of a proxy its first words', async () => {
    const { http } = await connected()
    server.on('/probe', (_, response) =>
      sendStatus(response, 409, {
        reason: 'Conflict',
        message: 'Apply failed with 2 conflicts',
        details: {
          causes: [
            {
              reason: 'FieldManagerConflict',
              message:
                'conflict with "kubectl" with subresource "scale" using apps/v1 at 2026-01-02T03:04:05Z',
              field: '.spec.replicas',
            },
            { reason: 'FieldManagerConflict', message: 'conflict with "flux"', field: '.spec.paused' },
          ],
        },
      }),
    )
    expect(await failureOf(http.json(probe))).toMatchObject({
      code: 'KUBE_CONFLICT',
      data: {
        causes: [
          {
            field: '.spec.replicas',
            manager: 'kubectl',
            operation: 'Update',
            subresource: 'scale',
            apiVersion: 'apps/v1',
            at: '2026-01-02T03:04:05Z',
          },
          { field: '.spec.paused', manager: 'flux', operation: 'Apply' },
        ],
      },
    })
    server.on('/probe', (_, response) => send(response, '<html><h1>Bad <b>gateway</b></h1></html>', 502))
    const failure = await failureOf(http.json({ ...probe, method: 'POST' }))
    expect(failure).toMatchObject({ code: 'KUBE_UNREACHABLE' })
    expect(failure.message).toContain('Bad gateway')
  })

  it.each([
    [400, 'BadRequest', 'KUBE_INVALID'],
    [403, 'Forbidden', 'KUBE_FORBIDDEN'],
    [404, 'NotFound', 'KUBE_NOT_FOUND'],
    [410, 'Expired', 'KUBE_EXPIRED'],
    [413, 'RequestEntityTooLarge', 'KUBE_TOO_LARGE'],
    [422, 'Invalid', 'KUBE_INVALID'],
    [500, 'InternalError', 'KUBE_FAILED'],
    [504, 'Timeout', 'KUBE_TIMEOUT'],
  ])('%i %s is %s', async (status, reason, code) => {
    const { http } = await connected()
    server.on('/probe', (_, response) => sendStatus(response, status, { reason, message: 'because' }))
    expect(await failureOf(http.json(probe))).toMatchObject({ code, data: { status, reason } })
  })

  it('a webhook that cannot dry-run has its own code', async () => {
    const { http } = await connected()
    server.on('/probe', (_, response) =>
      sendStatus(response, 400, { message: 'admission webhook "x" does not support dry run' }),
    )
    expect(await failureOf(http.json(probe))).toMatchObject({ code: 'DRY_RUN_REFUSED' })
  })

  it("values of a Secret that the server quotes are not repeated; a ConfigMap's are", async () => {
    const cluster = await connected()
    const words = 'data[password]: Invalid value: "planted-secret": must be a DNS label'
    for (const [kind, plural] of [
      ['Secret', 'secrets'],
      ['ConfigMap', 'configmaps'],
    ] as const) {
      server.on(`/api/v1/namespaces/default/${plural}/one`, (_, response) =>
        sendStatus(response, 422, {
          message: words,
          details: { kind: plural, causes: [{ message: words, field: 'data' }] },
        }),
      )
      const object = { apiVersion: 'v1', kind, metadata: { name: 'one', namespace: 'default' } }
      const failure = await failureOf(cluster.patchApply(object))
      expect(failure.code).toBe('KUBE_INVALID')
      expect(JSON.stringify(failure).includes('planted-secret')).toBe(kind === 'ConfigMap')
    }
  })
})

describe('TLS and proxies', () => {
  it('a certificate of an unknown CA is refused before anything is sent', async () => {
    room.file('config', kubeconfig(server.url, { cluster: { 'certificate-authority-data': undefined } }))
    const failure = await failureOf(room.kube().connect('test'))
    expect(failure).toMatchObject({ code: 'KUBE_TLS', action: 'open-settings' })
    expect(server.seen).toEqual([])
  })

  it('the CA bundle of the settings, a CA file beside the kubeconfig, or no check at all let it in', async () => {
    const caBundle = room.file('bundle.pem', certificates.ca)
    const none = { 'certificate-authority-data': undefined }
    expect(await connected(none, { settings: () => ({ kubeconfigs: [], caBundle }) })).toBeDefined()
    expect(await connected({ ...none, 'certificate-authority': 'bundle.pem' })).toBeDefined()
    expect(await connected({ ...none, 'insecure-skip-tls-verify': true })).toBeDefined()
  })

  it('a certificate of another name is refused unless tls-server-name says so', async () => {
    const other = await startApiServer({ certificate: 'other' })
    try {
      room.file('config', kubeconfig(other.url))
      expect(await failureOf(room.kube().connect('test'))).toMatchObject({ code: 'KUBE_TLS' })
      room.file('config', kubeconfig(other.url, { cluster: { 'tls-server-name': 'elsewhere.test' } }))
      expect(await room.kube().connect('test')).toBeDefined()
    } finally {
      await other.stop()
    }
  })

  it('a server that is not there is unreachable', async () => {
    await server.stop()
    room.file('config', kubeconfig(server.url))
    expect(await failureOf(room.kube().connect('test'))).toMatchObject({
      code: 'KUBE_UNREACHABLE',
      action: 'retry',
    })
    server = await startApiServer()
  })

  it('goes through the proxy of the kubeconfig, with its password', async () => {
    const tunnels: { target: string; password: string | undefined }[] = []
    const proxy = createServer()
    const open = new Set<Socket>()
    proxy.on('connect', (request, socket: Socket) => {
      tunnels.push({ target: request.url ?? '', password: request.headers['proxy-authorization'] })
      const [host, port] = (request.url ?? '').split(':')
      const out = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        out.pipe(socket).pipe(out)
      })
      for (const end of [out, socket]) open.add(end.on('error', () => end.destroy()))
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const { port } = proxy.address() as AddressInfo
    try {
      await connected({ 'proxy-url': `http://ann:secret@127.0.0.1:${port}` })
      expect(tunnels.length).toBeGreaterThan(0)
      expect(tunnels[0]).toEqual({
        target: server.url.replace('https://', ''),
        password: `Basic ${Buffer.from('ann:secret').toString('base64')}`,
      })
    } finally {
      for (const socket of open) socket.destroy()
      proxy.close()
    }
  })
})
