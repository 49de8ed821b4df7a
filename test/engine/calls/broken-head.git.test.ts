import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TimelineRow } from '#contract'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

let repo: TestRepo
let session: TestSession
beforeEach(async () => {
  repo = createTestRepo()
  session = await openTestSession({})
})
afterEach(async () => {
  await session.close()
  repo.remove()
})

const good = {
  'web/kustomization.yaml': 'resources: [c.yaml]\n',
  'web/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n',
}

async function addWeb(): Promise<string> {
  const { client } = session
  const { id: cloneId } = await client.call('clones.add', { path: repo.clone })
  const spec = {
    name: 'web',
    cloneId,
    path: 'web',
    branch: 'main',
    tool: 'kustomize',
    cruise: 'off',
  } as const
  return (await client.call('apps.add', spec)).id
}

async function timelineOf(appId: string): Promise<readonly string[]> {
  const rows = new Map<string, TimelineRow>()
  for await (const { upserts, ready } of session.client.stream('timeline.watch', { appId })) {
    for (const row of upserts) rows.set(row.commit.oid, row)
    if (ready === true) break
  }
  return [...rows.values()]
    .toSorted((a, b) => a.index - b.index)
    .map(({ commit, effect }) => `${commit.subject}: ${effect}`)
}

test('an app whose newest commit does not render shows its timeline, and goes back from there', async () => {
  const target = repo.commit('good', good)
  repo.commit('broken', { 'web/kustomization.yaml': 'resources: [\n' })
  repo.push()
  const appId = await addWeb()
  const row = await session.rowWhere(appId, ({ problem }) => problem !== undefined)
  expect([row.tip?.subject, row.problem?.code, row.sync.status]).toEqual([
    'broken',
    'RENDER_FAILED',
    'unknown',
  ])
  expect(await timelineOf(appId)).toEqual(['broken: unknown', 'good: changed'])
  const draft = await session.client.call('draft.create', {
    appId,
    action: { kind: 'return', commit: target },
    shared: 'include',
  })
  expect([draft.blocks, draft.needs, draft.files.map(({ path }) => path)]).toEqual([
    [],
    [],
    ['web/kustomization.yaml'],
  ])
})

test('a tip that breaks is the tip at once, and the one that mends it too', async () => {
  repo.commit('good', good)
  repo.push()
  const appId = await addWeb()
  const rows = timelineOf(appId)
  await session.rowWhere(appId, ({ tip }) => tip?.subject === 'good')
  await rows
  repo.commit('broken', { 'web/kustomization.yaml': 'resources: [missing.yaml]\n' })
  repo.push()
  await session.client.call('apps.refresh', { appId })
  await session.rowWhere(appId, ({ tip, problem }) => tip?.subject === 'broken' && problem !== undefined)
  repo.commit('mended', { 'web/kustomization.yaml': 'resources: [c.yaml]\n' })
  repo.push()
  await session.client.call('apps.refresh', { appId })
  await session.rowWhere(appId, ({ tip, problem }) => tip?.subject === 'mended' && problem === undefined)
})
