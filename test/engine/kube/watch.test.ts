import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, Kube, Watch, WatchEvent } from '../../../src/engine/kube/index.ts'
import { configMap, send, sendStatus, startApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { heardEvents } from './heard-events.ts'
import { kubeconfig, kubeRoom } from './kube-room.ts'
import type { Room } from './kube-room.ts'
import { manualClock } from './manual-clock.ts'
import type { ManualClock } from './manual-clock.ts'

const path = '/api/v1/namespaces/default/configmaps'
const kind = { group: '', kind: 'ConfigMap' }
const scope = { namespace: 'default' }

let room: Room
let server: ApiServer
let clock: ManualClock
let kube: Kube
let cluster: Cluster

beforeEach(async () => {
  room = kubeRoom()
  server = await startApiServer()
  clock = manualClock()
  room.file('config', kubeconfig(server.url))
  kube = room.kube({ now: clock.now, after: clock.after, random: clock.random })
  cluster = await kube.connect('test')
  listing([configMap('one', '10')], '100')
})
afterEach(async () => {
  await room.clear()
  await server.stop()
})

/** What the collection answers: this list, and watches that stay open and silent. */
function listing(items: readonly unknown[], resourceVersion: string): void {
  server.on(path, (seen, response) => {
    if (!seen.query.has('watch'))
      return send(response, { kind: 'ConfigMapList', metadata: { resourceVersion }, items })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('\n')
  })
}

const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`
const bookmark = (resourceVersion: string) =>
  event('BOOKMARK', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { resourceVersion } })

/** The next watch request, past the lists before it. */
async function nextWatch() {
  for (;;) {
    const request = await server.next(path)
    if (request.seen.query.has('watch')) return request
  }
}
const watches = () => server.seen.filter((seen) => seen.path === path && seen.query.has('watch'))
const lists = () => server.seen.filter((seen) => seen.path === path && !seen.query.has('watch'))
const isLive = (one: WatchEvent) => one.type === 'state' && one.state === 'live'

describe('watch', () => {
  it('lists, then hears of every change; objects say what they are', async () => {
    const heard = heardEvents()
    cluster.watch(kind, scope, heard.listener)
    const { response } = await nextWatch()
    response.write(event('ADDED', configMap('two', '101')) + event('MODIFIED', configMap('one', '102')))
    response.write(event('DELETED', configMap('two', '103')))
    await heard.until((one) => one.type === 'delete')
    expect(heard.words()).toEqual([
      'connecting',
      'reset one',
      'live',
      'upsert two',
      'upsert one',
      'delete two',
    ])
    expect(heard.events.find((one) => one.type === 'reset')).toMatchObject({
      items: [{ kind: 'ConfigMap', apiVersion: 'v1' }],
    })
  })

  it('an event may come in pieces, cut inside a character', async () => {
    const heard = heardEvents()
    cluster.watch(kind, scope, heard.listener)
    const { response } = await nextWatch()
    const bytes = Buffer.from(event('ADDED', configMap('zwei-ü', '101')))
    const cut = bytes.indexOf(Buffer.from('ü')) + 1
    response.write(bytes.subarray(0, cut))
    response.write(bytes.subarray(cut))
    const one = await heard.until((found) => found.type === 'upsert')
    expect(one).toMatchObject({ object: { metadata: { name: 'zwei-ü' } } })
  })

  it('listeners of the same kind and scope share one watch; the last one to leave ends it', async () => {
    const heard = [heardEvents(), heardEvents()] as const
    const first = cluster.watch(kind, scope, heard[0].listener)
    const { response } = await nextWatch()
    await heard[0].until(isLive)
    const second = cluster.watch(kind, scope, heard[1].listener)
    expect(heard[1].words()).toEqual(['reset one', 'live'])
    first.close()
    response.write(event('ADDED', configMap('two', '101')))
    await heard[1].until((one) => one.type === 'upsert')
    expect(heard[0].words()).not.toContain('upsert two')
    expect(watches()).toHaveLength(1)
    const closed = new Promise((resolve) => response.once('close', resolve))
    second.close()
    await closed
  })

  it('goes on from the last bookmark when the server ends it, without a word and without another list', async () => {
    const heard = heardEvents()
    cluster.watch(kind, scope, heard.listener)
    const { response } = await nextWatch()
    await heard.until(isLive)
    clock.advance(60_000)
    response.end(bookmark('150'))
    const again = await nextWatch()
    expect(again.seen.query.get('resourceVersion')).toBe('150')
    expect(again.seen.query.get('allowWatchBookmarks')).toBe('true')
    expect(lists()).toHaveLength(1)
    expect(heard.words()).toEqual(['connecting', 'reset one', 'live'])
  })

  it('a cut is taken up again where it was', async () => {
    const heard = heardEvents()
    cluster.watch(kind, scope, heard.listener)
    const { response } = await nextWatch()
    response.write(event('ADDED', configMap('two', '120')))
    await heard.until((one) => one.type === 'upsert')
    server.cut()
    await heard.until((one) => one.type === 'state' && one.state === 'reconnecting')
    clock.advance(await clock.waited({ from: 1, to: 500 }))
    const again = await nextWatch()
    expect(again.seen.query.get('resourceVersion')).toBe('120')
    await heard.until(isLive, 2)
    expect(lists()).toHaveLength(1)
  })

  it.each(['as an event', 'as an answer'])(
    'a version that is too old (410, %s) is listed anew',
    async (how) => {
      const heard = heardEvents()
      cluster.watch(kind, scope, heard.listener)
      const { response } = await nextWatch()
      await heard.until(isLive)
      listing([configMap('three', '200')], '200')
      const expired = { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' }
      if (how === 'as an event') response.end(event('ERROR', expired))
      else {
        clock.advance(60_000)
        let refused = false
        server.on(path, (seen, answer) => {
          if (seen.query.has('watch') && !refused) {
            refused = true
            listing([configMap('three', '200')], '200')
            return sendStatus(answer, 410, expired)
          }
          return undefined
        })
        response.end()
      }
      await heard.until((one) => one.type === 'reset', 2)
      expect(heard.words().filter((word) => word.startsWith('reset'))).toEqual(['reset one', 'reset three'])
    },
  )

  it('while the server is away it is stale since it was last heard, waits longer each time, and comes back', async () => {
    const heard = heardEvents()
    const watch = cluster.watch(kind, scope, heard.listener)
    await nextWatch()
    await heard.until(isLive)
    const lastHeard = new Date(clock.now()).toISOString()
    clock.advance(5_000)
    await server.stop()
    await heard.until((one) => one.type === 'state' && one.state === 'reconnecting')
    clock.advance(500)
    await heard.until((one) => one.type === 'state' && one.state === 'stale')
    expect(watch.state()).toMatchObject({
      state: 'stale',
      since: lastHeard,
      failure: { code: 'KUBE_UNREACHABLE' },
    })
    const first = Date.parse(watch.state().retryAt ?? '') - clock.now()
    clock.advance(first)
    await heard.until((one) => one.type === 'state' && one.state === 'stale', 2)
    expect(Date.parse(watch.state().retryAt ?? '') - clock.now()).toBeGreaterThan(first)
    server = await startApiServer({ port: server.port })
    listing([configMap('one', '10')], '100')
    const up = new Promise<void>((resolve) => {
      kube.onConnection(({ state }) => state === 'live' && resolve())
    })
    kube.retry('test')
    await heard.until(isLive, 2)
    await up
    expect(kube.connections()).toMatchObject([{ context: 'test', state: 'live', uid: 'uid-of-kube-system' }])
  })

  it('another cluster that answers at the same address afterwards ends everything', async () => {
    const heard = heardEvents()
    cluster.watch(kind, scope, heard.listener)
    await nextWatch()
    await heard.until(isLive)
    await server.stop()
    await heard.until((one) => one.type === 'state' && one.state === 'reconnecting')
    server = await startApiServer({ port: server.port, uid: 'uid-of-another' })
    kube.retry('test')
    const end = await heard.until((one) => one.type === 'state' && one.failure?.code === 'CLUSTER_CHANGED')
    expect(end).toMatchObject({ state: 'failed' })
  })

  it('silence for longer than bookmarks take is asked about', async () => {
    const heard = heardEvents()
    cluster.watch(kind, scope, heard.listener)
    await nextWatch()
    await heard.until(isLive)
    clock.advance(91_000)
    expect((await nextWatch()).seen.query.get('resourceVersion')).toBe('100')
    expect(heard.words()).toEqual(['connecting', 'reset one', 'live'])
  })

  it('without the right it has failed, is tried slowly, and at once after a click', async () => {
    server.on(path, (_, response) =>
      sendStatus(response, 403, { reason: 'Forbidden', message: 'no list for you' }),
    )
    const heard = heardEvents()
    const watch: Watch = cluster.watch(kind, scope, heard.listener)
    await heard.until((one) => one.type === 'state' && one.state === 'failed')
    expect(watch.state()).toMatchObject({ failure: { code: 'KUBE_FORBIDDEN' } })
    expect(await clock.waited({ from: 7_000, to: 15_000 })).toBeGreaterThan(0)
    listing([configMap('one', '10')], '100')
    kube.retry('test')
    await heard.until(isLive)
  })

  it('a listener that throws does not keep the others from hearing', async () => {
    const heard = heardEvents()
    cluster.watch(kind, scope, () => {
      throw new Error('a fault of the listener')
    })
    cluster.watch(kind, scope, heard.listener)
    await heard.until(isLive)
  })

  it('a server that ends each watch at once is not asked in a tight loop', async () => {
    server.on(path, (seen, response) => {
      if (seen.query.has('watch')) response.end()
      else send(response, { metadata: { resourceVersion: '1' }, items: [] })
    })
    cluster.watch(kind, scope, heardEvents().listener)
    await nextWatch()
    const wait = await clock.waited({ from: 200, to: 60_000 })
    expect(watches()).toHaveLength(1)
    clock.advance(wait)
    await nextWatch()
    expect(watches()).toHaveLength(2)
  })
})

describe('list', () => {
  it('reads pages of 500 until there are no more', async () => {
    server.on(path, (seen, response) => {
      const page = Number(seen.query.get('continue') ?? '0')
      expect(seen.query.get('limit')).toBe('500')
      send(response, {
        metadata: { resourceVersion: '7', ...(page < 2 ? { continue: String(page + 1) } : {}) },
        items: [configMap(`page-${page}`, '1')],
      })
    })
    const { items, resourceVersion } = await cluster.list(kind, scope)
    expect(items).toHaveLength(3)
    expect(resourceVersion).toBe('7')
  })

  it('begins again in one piece when the pages went out of date', async () => {
    server.on(path, (seen, response) => {
      if (seen.query.has('continue'))
        return sendStatus(response, 410, { reason: 'Expired', message: 'too old' })
      const more = seen.query.has('limit') ? { continue: 'next' } : {}
      return send(response, { metadata: { resourceVersion: '7', ...more }, items: [configMap('one', '1')] })
    })
    expect((await cluster.list(kind, scope)).items).toHaveLength(1)
    expect(lists()).toHaveLength(3)
  })
})
