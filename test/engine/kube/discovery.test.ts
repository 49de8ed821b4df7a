import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { send, sendStatus, startApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { failureOf, kubeconfig, kubeRoom } from './kube-room.ts'
import type { Room } from './kube-room.ts'

let room: Room
let server: ApiServer

beforeEach(async () => {
  room = kubeRoom()
  server = await startApiServer()
  room.file('config', kubeconfig(server.url))
})
afterEach(async () => {
  await room.clear()
  await server.stop()
})

const reads = (path: string) => server.seen.filter((seen) => seen.path === path).length

/** A server before aggregated discovery: one document per group-version. */
function plainDiscovery(): void {
  server.on('/api', (_, response) => send(response, { kind: 'APIVersions', versions: ['v1'] }))
  server.on('/api/v1', (_, response) =>
    send(response, {
      resources: [
        { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] },
        { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
      ],
    }),
  )
  server.on('/apis', (_, response) =>
    send(response, {
      groups: [
        {
          name: 'apps',
          versions: [{ groupVersion: 'apps/v1beta1' }, { groupVersion: 'apps/v1' }],
          preferredVersion: { groupVersion: 'apps/v1' },
        },
        { name: 'metrics.test', versions: [{ groupVersion: 'metrics.test/v1' }] },
      ],
    }),
  )
  const deployments = { name: 'deployments', kind: 'Deployment', namespaced: true, verbs: ['list'] }
  for (const version of ['v1', 'v1beta1'])
    server.on(`/apis/apps/${version}`, (_, response) => send(response, { resources: [deployments] }))
  server.on('/apis/metrics.test/v1', (_, response) => sendStatus(response, 503, { message: 'no endpoints' }))
}

describe('discovery', () => {
  it('is two requests where the server aggregates, however many ask', async () => {
    const cluster = await room.kube().connect('test')
    const found = await Promise.all(
      Array.from({ length: 20 }, () => cluster.resourceOf({ group: '', kind: 'ConfigMap' })),
    )
    expect(found[0]).toMatchObject({ plural: 'configmaps', namespaced: true })
    expect([reads('/api'), reads('/apis')]).toEqual([1, 1])
  })

  it('falls back to a document per group-version, the preferred version first', async () => {
    plainDiscovery()
    const cluster = await room.kube().connect('test')
    expect(await cluster.resourceOf({ group: 'apps', kind: 'Deployment' })).toMatchObject({ version: 'v1' })
    expect(await cluster.resourceOf({ group: 'apps', kind: 'Deployment', version: 'v1beta1' })).toMatchObject(
      { version: 'v1beta1' },
    )
    expect(await cluster.resourceOf({ group: '', kind: 'Pod' })).toMatchObject({ subresources: ['log'] })
  })

  it('a group whose server is down is unknown, not absent', async () => {
    plainDiscovery()
    const cluster = await room.kube().connect('test')
    expect((await cluster.discovery()).failedGroups).toEqual(['metrics.test'])
    const failure = await failureOf(cluster.list({ group: 'metrics.test', kind: 'PodMetrics' }))
    expect(failure).toMatchObject({ code: 'LIVE_UNKNOWN', retryable: true })
  })

  it('a kind that is not there is looked for once more, and not for each of 500 objects', async () => {
    const cluster = await room.kube().connect('test')
    const kind = { group: 'nobody.test', kind: 'Widget' }
    for (let times = 0; times < 50; times += 1)
      expect(await failureOf(cluster.list(kind))).toMatchObject({ code: 'KUBE_UNKNOWN_KIND' })
    expect(reads('/apis')).toBe(2)
  })

  it('where kube-system may not be read the identity is weak, the same for the same CA and server', async () => {
    server.on('/api/v1/namespaces/kube-system', (_, response) =>
      sendStatus(response, 403, { reason: 'Forbidden' }),
    )
    const [a, b] = [await room.kube().connect('test'), await room.kube().connect('test')]
    expect(a.weakIdentity).toBe(true)
    expect(a.uid).toMatch(/^weak-[0-9a-f]{32}$/)
    expect(a.uid).toBe(b.uid)
  })
})
