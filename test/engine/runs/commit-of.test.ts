import { describe, expect, it } from 'vitest'
import { keyOf, readYaml } from '../../../src/core/index.ts'
import type { JsonObject } from '../../../src/core/index.ts'
import { commitOf } from '../../../src/engine/runs/commit-of.ts'
import { holds } from '../../../src/engine/runs/holds.ts'

const read = (text: string) => readYaml(text) as JsonObject
const web = (image: string, extra = '') =>
  read(
    `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { template: { spec: { containers: [{ name: app, image: ${image}${extra} }] } } } }`,
  )
const key = keyOf(web('x'))
const other = read('{ apiVersion: v1, kind: ConfigMap, metadata: { name: c, namespace: shop } }')
/** Newest first; an image per commit, `-` where the app had no Deployment. */
const commits = (...images: readonly string[]) =>
  images.map((image, index) => {
    const object = image === '-' ? other : web(...(image.split(' ') as [string]))
    return { oid: `c${images.length - index}`, manifests: [{ key: keyOf(object), object }] }
  })
const live = (image: string, extra = '') =>
  read(
    `{ metadata: { labels: { pod-template-hash: abc } }, spec: { dnsPolicy: ClusterFirst, containers: [{ name: app, image: ${image}, imagePullPolicy: Always${extra} }] } }`,
  )
const keeper = (oid: string) => ({ metadata: { annotations: { 'wheelhouse.app/revision': oid } } })

function ask(of: {
  readonly commits: ReturnType<typeof commits>
  readonly live: JsonObject
  readonly synced?: string
  readonly mark?: string
  readonly applied?: string
}): string {
  const request = { commits: () => of.commits, lastSynced: () => of.synced }
  const origin = { template: of.live, keeper: of.mark === undefined ? undefined : keeper(of.mark) }
  return commitOf(key, origin, request, of.applied) ?? 'unknown'
}

describe('the commit that a pod runs', () => {
  it('is where its template began, over commits that change no template', () => {
    expect(ask({ commits: commits('b', 'b', 'b', 'a'), live: live('b'), synced: 'c4' })).toBe('c2')
  })

  it('is the newest time that template began, when it was left and taken up again', () => {
    expect(ask({ commits: commits('a', 'b', 'a'), live: live('a'), synced: 'c3' })).toBe('c3')
  })

  it('is never newer than what was applied', () => {
    expect(ask({ commits: commits('a', 'b', 'a'), live: live('a'), synced: 'c2' })).toBe('c1')
  })

  it('goes along with a sync that still runs', () => {
    expect(ask({ commits: commits('b', 'a'), live: live('b'), synced: 'c1' })).toBe('unknown')
    expect(ask({ commits: commits('b', 'a'), live: live('b'), synced: 'c1', applied: 'c2' })).toBe('c2')
  })

  it('is told by the mark of its ReplicaSet, so that a return to an old template is not taken for the old commit', () => {
    const history = commits('a', 'b', 'a')
    expect(ask({ commits: history, live: live('a'), synced: 'c3', mark: 'c1' })).toBe('c1')
    expect(ask({ commits: history, live: live('a'), synced: 'c3', mark: 'c3' })).toBe('c3')
  })

  it('is not what the mark says when somebody changed the template since', () => {
    expect(ask({ commits: commits('b', 'a'), live: live('by-hand'), synced: 'c2', mark: 'c2' })).toBe(
      'unknown',
    )
  })

  it('tells a commit that only dropped a field from the one before', () => {
    const before = { oid: 'c1', manifests: [{ key, object: web('a', ', tty: true') }] }
    const after = { oid: 'c2', manifests: [{ key, object: web('a') }] }
    expect(ask({ commits: [after, before], live: live('a', ', tty: true'), synced: 'c2' })).toBe('c1')
    expect(ask({ commits: [after, before], live: live('a'), synced: 'c2' })).toBe('c2')
  })

  it('ends where the workload was not there yet', () => {
    expect(ask({ commits: commits('a', '-', 'a'), live: live('a'), synced: 'c3' })).toBe('c3')
  })
})

describe('a declared template in a live one', () => {
  it.each([
    ['defaults of the server', '{ a: 1 }', '{ a: 1, b: 2 }', true],
    ['another value', '{ a: 1 }', '{ a: 2 }', false],
    ['a quantity in its shortest form', '{ cpu: 1000m, memory: 1024Mi }', '{ cpu: "1", memory: 1Gi }', true],
    ['another quantity', '{ cpu: 100m }', '{ cpu: 1000m }', false],
    ['an image that looks like no quantity', '{ image: "nginx:1" }', '{ image: "nginx:1.0" }', false],
    ['a longer list', '{ list: [1] }', '{ list: [1, 2] }', false],
    ['an empty list that the server leaves out', '{ list: [] }', '{}', true],
    ['a zero that the server leaves out', '{ flag: false }', '{}', true],
  ] as const)('%s', (_name, declared, template, expected) => {
    expect(holds(read(declared), read(template))).toBe(expected)
  })
})
