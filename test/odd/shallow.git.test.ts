import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import type { TestSession } from '../helpers/session.ts'
import { cloneOf } from './clones.ts'

let repo: TestRepo
let session: TestSession
beforeAll(async () => {
  repo = createTestRepo()
  for (const replicas of [1, 2, 3])
    repo.commit(`replicas ${replicas}`, { 'web/web.yaml': deployment('a:1', replicas) })
  repo.push()
  session = await openTestSession({})
})
afterAll(async () => {
  await session.close()
  repo.remove()
})

test('at the end of a shallow clone nothing is undone: the commit before is not known to be empty', async () => {
  const { client } = session
  const folder = cloneOf(repo, '--depth', '2')
  const { id: cloneId } = await client.call('clones.add', { path: folder })
  const spec = { name: 'web', cloneId, path: 'web', branch: 'main', tool: 'plain', cruise: 'off' } as const
  const { id: appId } = await client.call('apps.add', spec)
  const [tip = '', end = ''] = repo.at(folder, 'rev-list', 'main').split('\n')
  const undo = (commit: string) =>
    client.call('draft.create', { appId, action: { kind: 'undo', commits: [commit] }, shared: 'ask' })
  expect(await codeOf(undo(end))).toBe('REPO_SHALLOW')
  expect((await undo(tip)).files.map(({ path }) => path)).toEqual(['web/web.yaml'])
})

test('a whole clone has nothing to deepen', async () => {
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  expect(await codeOf(session.client.call('clones.deepen', { cloneId }))).toBe('REPO_NOT_SHALLOW')
})

test('deepening asks nothing of a remote before the clone is trusted', async () => {
  const { clones } = await first(session.client.stream('workspace.watch', {}))
  const shallow = clones.find(({ kinds }) => kinds.includes('shallow'))
  const deepen = session.client.call('clones.deepen', { cloneId: shallow?.id ?? '' })
  expect(await codeOf(deepen)).toBe('CLONE_NOT_TRUSTED')
})

async function first<T>(stream: AsyncIterable<T>): Promise<T> {
  for await (const value of stream) return value
  throw new Error('The stream ended.')
}
