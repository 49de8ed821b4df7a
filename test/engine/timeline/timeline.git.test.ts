import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppSpec } from '#contract'
import { createAppRenderer } from '../../../src/engine/app-render.ts'
import { createRenderer } from '../../../src/engine/render/index.ts'
import { readTimeline } from '../../../src/engine/timeline/index.ts'
import type { TimelineEvent, TimelineRequest, UnmarkedRow } from '../../../src/engine/timeline/index.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { testPool } from '../render/test-pool.ts'

const git = createTestGit()
const pool = testPool()
const render = createAppRenderer(createRenderer(pool))
let repo: TestRepo
beforeAll(() => {
  repo = createTestRepo()
})
afterAll(() => {
  git.close()
  pool.close()
  repo.remove()
})

const spec: AppSpec = {
  name: 'web',
  cloneId: 'c',
  path: 'web/prod',
  branch: 'main',
  tool: 'kustomize',
  cruise: 'off',
}

async function events(limit: number, signal?: AbortSignal): Promise<readonly TimelineEvent[]> {
  const opened = await git.open(repo.clone)
  const tip = repo.git('rev-parse', 'HEAD')
  const all: TimelineEvent[] = []
  for await (const event of readTimeline({ repo: opened, render }, { spec, tip, limit, signal }))
    all.push(event)
  return all
}

/** What stays on screen once the reading has ended. */
function rowsOf(all: readonly TimelineEvent[]): readonly string[] {
  const rows: UnmarkedRow[] = []
  for (const event of all) {
    if ('cut' in event) rows.length = event.cut
    else rows[event.row.index] = event.row
  }
  return rows.map(({ commit, effect, changes }) =>
    [commit.subject, effect, ...changes.map(({ words }) => words)].join(': '),
  )
}

const config = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { a: "${value}" }\n`

test('rows come as Git finds them, then in order with what they changed', { timeout: 60_000 }, async () => {
  repo.commit('an own manifest', {
    'web/prod/kustomization.yaml': 'resources: [web.yaml]\n',
    'web/prod/web.yaml': config('1'),
    'old/web.yaml': config('4'),
  })
  repo.commit('elsewhere', { 'other/x': '1\n' })
  repo.commit('a comment', { 'web/prod/web.yaml': `# note\n${config('1')}` })
  repo.commit('two', { 'web/prod/web.yaml': config('2') })
  const all = await events(10)
  expect(all.filter((event) => 'row' in event && event.row.effect === 'pending')).toHaveLength(3)
  expect(rowsOf(all)).toMatchInlineSnapshot(`
    [
      "two: changed: data a",
      "a comment: none",
      "an own manifest: changed: +ConfigMap",
    ]
  `)
})

test('a base of the tip belongs to the timeline, also where it was changed alone', async () => {
  repo.commit('to a base', {
    'web/prod/kustomization.yaml': 'resources: [../base]\n',
    'web/prod/web.yaml': null,
    'web/base/kustomization.yaml': 'resources: [web.yaml]\n',
    'web/base/web.yaml': config('2'),
  })
  repo.commit('three', { 'web/base/web.yaml': config('3') })
  expect(rowsOf(await events(10))).toMatchInlineSnapshot(`
    [
      "three: changed: data a",
      "to a base: none",
      "two: changed: data a",
      "a comment: none",
      "an own manifest: changed: +ConfigMap",
    ]
  `)
})

test('what an older state read belongs to the timeline from there on', async () => {
  repo.commit('read from the old place', {
    'web/prod/kustomization.yaml': 'resources: [../../old]\n',
    'old/kustomization.yaml': 'resources: [web.yaml]\n',
  })
  repo.commit('changed in the old place', { 'old/web.yaml': config('5') })
  repo.commit('back to the base', { 'web/prod/kustomization.yaml': 'resources: [../base]\n' })
  repo.commit('no longer read', { 'old/web.yaml': config('6') })
  const all = await events(4)
  expect(all.some((event) => 'cut' in event)).toBe(true)
  expect(rowsOf(all)).toMatchInlineSnapshot(`
    [
      "back to the base: changed: data a",
      "changed in the old place: changed: data a",
      "read from the old place: changed: data a",
      "three: changed: data a",
    ]
  `)
})

test('a commit that does not render is unknown, and so is the one after it', async () => {
  repo.commit('broken', { 'web/prod/kustomization.yaml': 'resources: [nowhere]\n' })
  repo.commit('mended', { 'web/prod/kustomization.yaml': 'resources: [../base]\n' })
  expect(rowsOf(await events(3))).toMatchInlineSnapshot(`
    [
      "mended: unknown",
      "broken: unknown",
      "back to the base: changed: data a",
    ]
  `)
})

test('one that is cut short is told so: a part is never taken for the whole', async () => {
  await expect(events(10, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
})

/** A branch that was merged, one that was not, and a merge that is like its second parent. */
function withBranches(): void {
  repo.git('switch', '-q', '-c', 'merged')
  repo.commit('on the merged one', { 'web/base/web.yaml': config('7') })
  repo.git('switch', '-q', 'main')
  repo.git('merge', '-q', '--no-ff', '-m', 'the merge', 'merged')
  repo.git('switch', '-q', '-c', 'open/one')
  repo.commit('on the open one', { 'web/base/web.yaml': config('8') })
  repo.commit('elsewhere on the open one', { 'other/y': '1\n' })
  repo.git('switch', '-q', 'main')
  repo.commit('after the merge', { 'web/prod/web.yaml': '# no longer read\n' })
}

async function allRows(more: Partial<TimelineRequest>): Promise<readonly string[]> {
  const opened = await git.open(repo.clone)
  const rows: UnmarkedRow[] = []
  const request = { spec, tip: repo.git('rev-parse', 'main'), limit: 6, ...more }
  for await (const event of readTimeline({ repo: opened, render }, request)) {
    if ('cut' in event) rows.length = event.cut
    else rows[event.row.index] = event.row
  }
  return rows.map(({ commit, effect, aside }) =>
    [commit.subject, effect, ...(aside === undefined ? [] : [aside.branch ?? 'merged'])].join(' | '),
  )
}

test('all branches: a merge that was deployed is there, and what is not on the line says where it is', async () => {
  withBranches()
  expect(await allRows({ branches: 'all' })).toEqual([
    'after the merge | none',
    'on the open one | changed | open/one',
    'the merge | changed',
    'on the merged one | changed | merged',
    'mended | unknown',
    'broken | unknown',
  ])
  expect(await allRows({ limit: 3 })).toEqual([
    'after the merge | none',
    'the merge | changed',
    'mended | unknown',
  ])
})

test.each([
  [['web/base/web.yaml'], ['the merge | changed', 'three | changed', 'to a base | none']],
  [['./web/base/'], ['the merge | changed', 'three | changed', 'to a base | none']],
  [['kustomization.yaml'], ['mended | unknown', 'broken | unknown', 'back to the base | changed']],
  [['w*b/base/web.yaml'], []],
  [['other'], []],
])('paths %j: as they are written, among what the app reads', async (paths, found) => {
  expect((await allRows({ paths, limit: 3 })).slice(0, 3)).toEqual(found)
})

test('rows in view are told before all others', async () => {
  const opened = await git.open(repo.clone)
  const told: number[] = []
  const request = { spec, tip: repo.git('rev-parse', 'main'), limit: 8, inView: () => [6, 7] }
  for await (const event of readTimeline({ repo: opened, render }, request))
    if ('row' in event && event.row.effect !== 'pending') told.push(event.row.index)
  expect(new Set(told.slice(0, 6)).has(6)).toBe(true)
  expect(new Set(told).size).toBe(8)
})
