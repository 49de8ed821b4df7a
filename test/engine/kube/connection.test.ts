import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Kube } from '../../../src/engine/kube/index.ts'
import { send, startApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { heardEvents } from './heard-events.ts'
import { failureOf, kubeconfig, kubeRoom } from './kube-room.ts'
import type { Room } from './kube-room.ts'
import { manualClock } from './manual-clock.ts'
import type { ManualClock } from './manual-clock.ts'

let room: Room
let server: ApiServer
let clock: ManualClock
let kube: Kube

beforeEach(async () => {
  room = kubeRoom()
  server = await startApiServer()
  clock = manualClock()
  room.file('config', kubeconfig(server.url))
  kube = room.kube({ now: clock.now, after: clock.after, random: clock.random })
})
afterEach(async () => {
  await room.clear()
  await server.stop()
})

const version = { method: 'GET', path: '/version' } as const

/** Resolves as soon as the context is in this state. */
function reached(state: string): Promise<void> {
  return new Promise((resolve) => {
    kube.onConnection((connection) => {
      if (connection.state === state) resolve()
    })
  })
}

describe('connections', () => {
  it('are made once however many ask, and say what they found', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => kube.connect('test')))
    expect(new Set(all).size).toBe(1)
    expect(server.seen.filter((seen) => seen.path === '/version')).toHaveLength(1)
    expect(kube.connections()).toMatchObject([
      { context: 'test', state: 'live', version: 'v1.36.3', uid: 'uid-of-kube-system', weakIdentity: false },
    ])
  })

  it('a caller that gives up leaves the connection to the others', async () => {
    const cancel = new AbortController()
    const given = failureOf(kube.connect('test', { signal: cancel.signal }))
    const kept = kube.connect('test')
    cancel.abort()
    expect(await given).toMatchObject({ code: 'CANCELLED' })
    expect(await kept).toBeDefined()
  })

  it('to a server that is away fail with the time of the next try, and come up by themselves', async () => {
    await server.stop()
    expect(await failureOf(kube.connect('test'))).toMatchObject({ code: 'KUBE_UNREACHABLE' })
    expect(kube.connections()).toMatchObject([{ state: 'failed', failure: { code: 'KUBE_UNREACHABLE' } }])
    const retryAt = Date.parse(kube.connections()[0]?.retryAt ?? '')
    expect(retryAt).toBeGreaterThan(clock.now())
    server = await startApiServer({ port: server.port })
    const live = reached('live')
    clock.advance(retryAt - clock.now())
    await live
  })

  it('that were released are idle, their watches have ended, and the cluster in hand still works', async () => {
    server.on('/api/v1/configmaps', (seen, response) => {
      if (seen.query.has('watch')) response.write('\n')
      else send(response, { metadata: { resourceVersion: '1' }, items: [] })
    })
    const cluster = await kube.connect('test')
    const heard = heardEvents()
    cluster.watch({ group: '', kind: 'ConfigMap' }, {}, heard.listener)
    await heard.until((event) => event.type === 'state' && event.state === 'live')
    const idle = reached('idle')
    kube.release('test')
    await idle
    expect(heard.words().at(-1)).toBe('failed')
    expect(kube.connections()).toEqual([])
    expect(await cluster.http.json(version)).toEqual({ gitVersion: 'v1.36.3' })
    expect(await kube.connect('test')).not.toBe(cluster)
  })

  it('nothing is tried again after the engine was closed', async () => {
    await server.stop()
    await failureOf(kube.connect('test'))
    const waiting = kube.connections()[0]?.retryAt
    expect(waiting).toBeDefined()
    await kube.close()
    server = await startApiServer({ port: server.port })
    clock.advance(3_600_000)
    expect(kube.connections()).toEqual([])
    expect(server.connections()).toBe(0)
  })
})
