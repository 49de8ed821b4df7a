import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { App, AppSpec, DraftAction } from '#contract'
import { createAppRenderer } from '../../../src/engine/app-render.ts'
import { createRenderer } from '../../../src/engine/render/index.ts'
import { readTimeline } from '../../../src/engine/timeline/index.ts'
import type { UnmarkedRow } from '../../../src/engine/timeline/index.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'
import { testPool } from '../render/test-pool.ts'

// An app whose folder was moved by git: what its timeline tells, and where a return leads.

const git = createTestGit()
const pool = testPool()
const render = createAppRenderer(createRenderer(pool))
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
afterAll(() => {
  git.close()
  pool.close()
})

const config = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { a: "${value}" }\n`
const spec: AppSpec = {
  name: 'web',
  cloneId: 'c',
  path: 'apps/web/prod',
  branch: 'main',
  tool: 'kustomize',
  cruise: 'off',
}

function move(subject: string, ...pairs: readonly (readonly [string, string])[]): string {
  for (const [from, to] of pairs) {
    repo.write({ [`${to}.d/x`]: '' })
    repo.git('mv', from, `${to}.d/y`)
    repo.write({ [`${to}.d/x`]: null })
    repo.git('mv', `${to}.d/y`, to)
  }
  return repo.commit(subject, {})
}

/** The app first at web/prod, then at deploy/prod, then where the spec has it; its base moved along the second time. */
function twiceMoved(): { readonly first: string; readonly second: string; readonly moved: string } {
  const first = repo.commit('first', {
    'web/prod/kustomization.yaml': 'resources: [own.yaml, ../base]\n',
    'web/prod/own.yaml': config('1').replace('settings', 'own'),
    'web/base/kustomization.yaml': 'resources: [base.yaml]\n',
    'web/base/base.yaml': config('1'),
  })
  const second = repo.commit('second', { 'web/base/base.yaml': config('2') })
  const moved = move('to deploy', ['web', 'deploy'])
  repo.commit('third', { 'deploy/base/base.yaml': config('3') })
  move('to apps', ['deploy', 'apps/web'])
  repo.commit('fourth', { 'apps/web/prod/own.yaml': config('4').replace('settings', 'own') })
  return { first, second, moved }
}

async function rows(): Promise<readonly string[]> {
  const opened = await git.open(repo.clone)
  const found: UnmarkedRow[] = []
  const request = { spec, tip: repo.git('rev-parse', 'HEAD'), limit: 20 }
  for await (const event of readTimeline({ repo: opened, render }, request)) {
    if ('cut' in event) found.length = event.cut
    else found[event.row.index] = event.row
  }
  return found.map(({ commit, effect, changes, at, movedFrom }) =>
    [commit.subject, effect, ...changes.map(({ words }) => words), at ?? 'here', movedFrom ?? ''].join(' | '),
  )
}

test('the timeline goes on along the folders that the app had before', { timeout: 60_000 }, async () => {
  twiceMoved()
  expect(await rows()).toEqual([
    'fourth | changed | data a | here | ',
    'to apps | none | here | deploy/prod',
    'third | changed | data a | deploy/prod | ',
    'to deploy | none | deploy/prod | web/prod',
    'second | changed | data a | web/prod | ',
    'first | changed | +ConfigMap | +ConfigMap | web/prod | ',
  ])
})

test('a copy is the beginning of an app of its own', async () => {
  repo.commit('first', {
    'web/prod/kustomization.yaml': 'resources: [own.yaml]\n',
    'web/prod/own.yaml': config('1'),
  })
  repo.commit('copied', {
    'apps/web/prod/kustomization.yaml': 'resources: [own.yaml]\n',
    'apps/web/prod/own.yaml': config('1'),
  })
  expect(await rows()).toEqual(['copied | changed | +ConfigMap | here | '])
})

async function added(): Promise<App> {
  repo.push()
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  return session.client.call('apps.add', { ...spec, cloneId })
}
const draft = (app: App, action: DraftAction) =>
  session.client.call('draft.create', { appId: app.id, action, shared: 'include' })
const codeIn = (code: string) => (error: unknown) => error instanceof CallError && error.failure.code === code

test('a return across two moves writes what was there into the folder of today, and lands', async () => {
  const { first } = twiceMoved()
  const app = await added()
  const made = await draft(app, { kind: 'return', commit: first })
  expect(made.files.map(({ path }) => path).toSorted()).toEqual([
    'apps/web/base/base.yaml',
    'apps/web/prod/own.yaml',
  ])
  const { operationId } = await session.client.call('draft.land', {
    draftId: made.id,
    fingerprint: made.fingerprint,
    message: { subject: made.message.subject, body: made.message.body },
    acceptNotRendering: false,
  })
  expect(await session.ended(operationId)).toMatchObject({ state: 'done' })
  // The folder of today is, file by file, the folder of then.
  expect(repo.at(repo.remote, 'rev-parse', 'main:apps/web')).toBe(repo.git('rev-parse', `${first}:web`))
})

test('a commit from before a move is shown in full, and compared, by the folder of then', async () => {
  const { second, moved } = twiceMoved()
  const app = await added()
  const shown = await session.client.call('commit.show', { appId: app.id, commit: second })
  expect(shown.problems).toEqual([])
  expect(shown.files.map(({ path }) => path)).toEqual(['web/base/base.yaml'])
  expect(shown.changes.map(({ words }) => words)).toEqual([['data a']])
  const across = await session.client.call('commit.show', { appId: app.id, commit: moved })
  expect([across.problems, across.changes]).toEqual([[], []])
  const compared = await session.client.call('compare.run', {
    appId: app.id,
    from: { kind: 'revision', revision: second },
    to: { kind: 'revision', revision: 'main' },
  })
  expect(compared.problems).toEqual([])
  expect(compared.changes).toHaveLength(2)
})

test('an undo of the move, and of what was before it, is refused', async () => {
  const { second, moved } = twiceMoved()
  const app = await added()
  for (const commit of [second, moved])
    await expect(draft(app, { kind: 'undo', commits: [commit] })).rejects.toSatisfy(codeIn('UNDO_MOVED'))
})

test('a return is refused where relative references of then lead nowhere from the folder of today', async () => {
  const first = repo.commit('first', {
    'prod/web/kustomization.yaml': 'resources: [own.yaml, ../../base]\n',
    'prod/web/own.yaml': config('1').replace('settings', 'own'),
    'base/kustomization.yaml': 'resources: [base.yaml]\n',
    'base/base.yaml': config('1'),
  })
  move('deeper', ['prod/web', 'apps/web/prod'])
  repo.commit('mended', {
    'apps/web/prod/kustomization.yaml': 'resources: [own.yaml, ../../../base]\n',
    'base/base.yaml': config('2'),
  })
  const app = await added()
  await expect(draft(app, { kind: 'return', commit: first })).rejects.toSatisfy(codeIn('RETURN_MOVED'))
})

test('a return is refused where the commit did not render: nothing proves what it was', async () => {
  repo.commit('first', {
    'web/prod/kustomization.yaml': 'resources: [own.yaml]\n',
    'web/prod/own.yaml': config('1'),
  })
  const broken = repo.commit('broken', { 'web/prod/kustomization.yaml': 'resources: [nowhere.yaml]\n' })
  repo.commit('mended', { 'web/prod/kustomization.yaml': 'resources: [own.yaml]\n' })
  move('moved', ['web', 'apps/web'])
  const app = await added()
  await expect(draft(app, { kind: 'return', commit: broken })).rejects.toSatisfy(codeIn('RETURN_MOVED'))
})
