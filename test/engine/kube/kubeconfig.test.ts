import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { failureOf, kubeconfig, kubeRoom } from './kube-room.ts'
import type { Room } from './kube-room.ts'

let room: Room
let server: ApiServer | undefined

beforeEach(() => {
  room = kubeRoom()
})
afterEach(async () => {
  await room.clear()
  await server?.stop()
  server = undefined
})

const nowhere = 'https://127.0.0.1:1'

describe('kubeconfig files', () => {
  it('without any file there are no contexts and no complaint, and connecting says so', async () => {
    const kube = room.kube({ env: { PATH: '' } })
    expect(await kube.contexts()).toEqual({ contexts: [], problems: [] })
    expect(await failureOf(kube.connect('test'))).toMatchObject({
      code: 'KUBECONFIG_MISSING',
      action: 'open-settings',
    })
  })

  it('a file that KUBECONFIG names and that is not there is a problem; the others are used', async () => {
    const there = room.file('there', kubeconfig(nowhere))
    const missing = join(room.dir, 'missing')
    const found = await room.kube({ env: { KUBECONFIG: `${missing}:${there}` } }).contexts()
    expect(found.contexts.map((context) => context.name)).toEqual(['test'])
    expect(found.problems).toMatchObject([{ code: 'KUBECONFIG_MISSING', file: missing }])
  })

  it('a half written file is reported without its contents and never breaks the list, wherever it ends', async () => {
    const whole = JSON.stringify(kubeconfig(nowhere, { user: { token: 'planted-secret' } }), null, 1)
    const good = room.file('good', kubeconfig(nowhere, { name: 'good' }))
    for (let end = 0; end < whole.length; end += 41) {
      const half = room.file('half', whole.slice(0, end))
      const found = await room.kube({ env: { KUBECONFIG: `${half}:${good}` } }).contexts()
      expect(found.contexts.map((context) => context.name)).toContain('good')
      expect(found.problems).toMatchObject([{ code: 'KUBECONFIG_BROKEN', file: half }])
      expect(JSON.stringify(found)).not.toContain('planted-secret')
    }
  })

  it('merges a list as kubectl does: the first entry of a name and the first current context win', async () => {
    const a = room.file('a', kubeconfig('https://a.test', { name: 'shared' }))
    const b = room.file('b', {
      ...kubeconfig('https://b.test', { name: 'shared' }),
      contexts: [
        { name: 'shared', context: { cluster: 'shared', user: 'shared' } },
        { name: 'of-b', context: { cluster: 'shared', user: 'shared' } },
      ],
      'current-context': 'of-b',
    })
    const { contexts, problems } = await room.kube({ env: { KUBECONFIG: `${a}:${b}` } }).contexts()
    expect(contexts.map(({ name, server: url, current }) => [name, url, current])).toEqual([
      ['shared', 'https://a.test', true],
      ['of-b', 'https://a.test', false],
    ])
    expect(problems.map((problem) => problem.message).join()).toContain('context shared is hidden by')
  })

  it('files of a folder in the settings stand for themselves', async () => {
    mkdirSync(join(room.dir, 'more'))
    room.file('more/one', { ...kubeconfig('https://one.test', { name: 'default' }) })
    const two = kubeconfig('https://two.test', { name: 'default' })
    room.file('more/two', {
      ...two,
      contexts: [{ name: 'two', context: { cluster: 'default', user: 'default' } }],
    })
    room.file('more/.hidden', 'no: kubeconfig')
    const kube = room.kube({
      env: {},
      settings: () => ({ kubeconfigs: [join(room.dir, 'more')] }),
    })
    const { contexts, problems } = await kube.contexts()
    expect(contexts.map(({ name, server: url }) => [name, url])).toEqual([
      ['default', 'https://one.test'],
      ['two', 'https://two.test'],
    ])
    expect(problems).toEqual([])
  })

  it('an incomplete entry is named and left out', async () => {
    const config = kubeconfig(nowhere)
    room.file('config', { ...config, contexts: [...(config['contexts'] as unknown[]), { name: 'torn' }] })
    const { contexts, problems } = await room.kube().contexts()
    expect(contexts).toHaveLength(1)
    expect(problems).toMatchObject([{ code: 'KUBECONFIG_BROKEN' }])
    expect(problems[0]?.message).toContain('contexts[1] (torn)')
  })

  it('thirty contexts are listed without connecting to any', async () => {
    server = await startApiServer()
    const { url } = server
    const all = Array.from({ length: 30 }, (_, index) => kubeconfig(url, { name: `context-${index}` }))
    const merged = (list: string) => all.flatMap((config) => config[list] as unknown[])
    room.file('config', {
      clusters: merged('clusters'),
      users: merged('users'),
      contexts: merged('contexts'),
    })
    const kube = room.kube()
    expect((await kube.contexts()).contexts).toHaveLength(30)
    expect(kube.connections()).toEqual([])
    await kube.connect('context-7')
    expect(kube.connections().map(({ context, state }) => [context, state])).toEqual([['context-7', 'live']])
    expect(server.connections()).toBe(1)
  })

  it('a connection that is asked for while all are closed is not opened behind it', async () => {
    server = await startApiServer()
    room.file('config', kubeconfig(server.url))
    const kube = room.kube()
    const asked = kube.connect('test')
    const ended = failureOf(asked)
    await kube.close()
    expect((await ended).code).toBe('CANCELLED')
    expect([kube.connections(), server.connections()]).toEqual([[], 0])
  })

  it('a context that no file has is refused by name', async () => {
    room.file('config', kubeconfig(nowhere))
    expect(await failureOf(room.kube().connect('gone'))).toMatchObject({
      code: 'CONTEXT_MISSING',
      action: 'choose-context',
    })
  })
})

describe('changes of kubeconfig files', () => {
  it('a file renamed over the old one is noticed; an unchanged context keeps its cluster and connection', async () => {
    server = await startApiServer()
    room.file('config', kubeconfig(server.url))
    const kube = room.kube()
    const before = await kube.connect('test')
    const changed = new Promise<void>((resolve) => kube.watchFiles(resolve))
    await kube.contexts()
    const more = kubeconfig(server.url)
    const context = { name: 'second', context: { cluster: 'test', user: 'test' } }
    renameSync(
      room.file('new', { ...more, contexts: [...(more['contexts'] as unknown[]), context] }),
      join(room.dir, 'config'),
    )
    await changed
    expect((await kube.contexts()).contexts.map(({ name }) => name)).toEqual(['test', 'second'])
    expect(await kube.connect('test')).toBe(before)
    expect(server.connections()).toBe(1)
  })

  it('another token is taken over under the cluster in hand', async () => {
    server = await startApiServer()
    room.file('config', kubeconfig(server.url, { user: { token: 'first' } }))
    const kube = room.kube()
    const before = await kube.connect('test')
    room.file('config', kubeconfig(server.url, { user: { token: 'second' } }))
    expect(await kube.connect('test')).toBe(before)
    await before.http.json({ method: 'GET', path: '/version' })
    expect(server.seen.at(-1)?.headers['authorization']).toBe('Bearer second')
    expect(server.connections()).toBe(1)
  })

  it('another server under the same name ends the cluster in hand: it may be another one', async () => {
    server = await startApiServer()
    room.file('config', kubeconfig(server.url))
    const kube = room.kube()
    const before = await kube.connect('test')
    room.file('config', kubeconfig(server.url.replace('127.0.0.1', 'localhost')))
    const after = await kube.connect('test')
    expect(after).not.toBe(before)
    const failure = await failureOf(before.http.json({ method: 'GET', path: '/version' }))
    expect(failure).toMatchObject({ code: 'CLUSTER_CHANGED' })
  })

  it('a context that was taken out ends its cluster', async () => {
    server = await startApiServer()
    room.file('config', kubeconfig(server.url))
    const kube = room.kube()
    const before = await kube.connect('test')
    rmSync(join(room.dir, 'config'))
    await kube.contexts()
    expect(await failureOf(before.list({ group: '', kind: 'ConfigMap' }))).toMatchObject({
      code: 'CONTEXT_MISSING',
    })
  })
})
