import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Repo } from '../../../src/engine/git/index.ts'
import { land, prepare } from '../../helpers/landing.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

const git = createTestGit()
afterAll(() => git.close())

type Scene = { readonly repo: TestRepo; readonly base: string; readonly opened: Repo; readonly ours: string }

/** A clone whose last commit is ours, on the local branch alone. */
async function scene(): Promise<Scene> {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n', 'app/gone.yaml': 'g: 1\n', 'mine.txt': 'one\n' })
  repo.push()
  const opened = await git.open(repo.clone)
  const prepared = await prepare(
    opened,
    base,
    { 'app/a.yaml': 'a: 2\n', 'app/new.yaml': 'n: 1\n' },
    { local: true },
  )
  await land(opened, prepared)
  return { repo, base, opened, ours: prepared.order.commit }
}

function order({ base, ours }: Scene) {
  return { branch: 'main', commit: ours, parent: base, holdName: 'back-1' }
}

test('our last commit is known by its trailer, and taken back with its files; what is dirty elsewhere stays', async () => {
  const one = await scene()
  const { repo, base, opened, ours } = one
  writeFileSync(join(repo.clone, 'mine.txt'), 'two\n')
  writeFileSync(join(repo.clone, 'staged.txt'), 'new\n')
  repo.git('add', 'staged.txt')
  const status = repo.git('status', '--porcelain')
  expect(await opened.lastCommit('main')).toEqual({
    commit: ours,
    parent: base,
    branch: 'main',
    subject: 'Scale web',
    app: 'shop',
    files: ['app/a.yaml', 'app/new.yaml'],
    pushed: false,
  })
  expect((await opened.takeBack(order(one))).done).toBe(true)
  expect([repo.git('rev-parse', 'main'), repo.git('status', '--porcelain')]).toEqual([base, status])
  expect(readFileSync(join(repo.clone, 'app/a.yaml'), 'utf8')).toBe('a: 1\n')
  expect(repo.git('ls-files', '--others')).toBe('')
  // It can be had again: the branch's reflog has it.
  expect(repo.git('rev-parse', 'main@{1}')).toBe(ours)
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  expect(await opened.lastCommit('main')).toBeUndefined()
  expect(repo.fsck()).toBe('')
  repo.remove()
})

test.each([
  ['changed', (repo: TestRepo) => writeFileSync(join(repo.clone, 'app/new.yaml'), 'n: mine\n')],
  [
    'changed and staged',
    (repo: TestRepo) => {
      writeFileSync(join(repo.clone, 'app/a.yaml'), 'a: mine\n')
      repo.git('add', '-A')
    },
  ],
] as const)(
  'a file of it that was %s since refuses with WORKTREE_DIRTY, and nothing moves',
  async (_, change) => {
    const one = await scene()
    const { repo, opened, ours } = one
    change(repo)
    const status = repo.git('status', '--porcelain')
    expect((await failureOf(opened.takeBack(order(one)))).code).toBe('WORKTREE_DIRTY')
    expect([repo.git('rev-parse', 'main'), repo.git('status', '--porcelain')]).toEqual([ours, status])
    repo.remove()
  },
)

test('a rebase under way refuses with REPO_IN_PROGRESS', async () => {
  const one = await scene()
  writeFileSync(join(one.repo.clone, '.git', 'REVERT_HEAD'), `${one.base}\n`)
  expect((await failureOf(one.opened.takeBack(order(one)))).code).toBe('REPO_IN_PROGRESS')
  one.repo.remove()
})

test('what a remote has is TAKE_BACK_PUSHED: on the tracked branch, or on any other', async () => {
  const one = await scene()
  const { repo, opened, ours } = one
  repo.git('push', '-q', 'origin', 'main:refs/heads/elsewhere')
  expect((await opened.lastCommit('main'))?.pushed).toBe(true)
  expect((await failureOf(opened.takeBack(order(one)))).code).toBe('TAKE_BACK_PUSHED')
  repo.git('push', '-q', 'origin', ':elsewhere')
  expect((await opened.lastCommit('main'))?.pushed).toBe(false)
  repo.push()
  expect((await opened.lastCommit('main'))?.pushed).toBe(true)
  expect((await failureOf(opened.takeBack(order(one)))).code).toBe('TAKE_BACK_PUSHED')
  expect(repo.git('rev-parse', 'main')).toBe(ours)
  repo.remove()
})

test("somebody's commit on top is not ours to take back: TAKE_BACK_NOTHING", async () => {
  const one = await scene()
  const theirs = one.repo.commit('mine', { 'mine.txt': 'two\n' })
  expect(await one.opened.lastCommit('main')).toBeUndefined()
  expect((await failureOf(one.opened.takeBack(order(one)))).code).toBe('TAKE_BACK_NOTHING')
  expect(one.repo.git('rev-parse', 'main')).toBe(theirs)
  one.repo.remove()
})

test('a merge with our trailer in its message is not one of ours', async () => {
  const one = await scene()
  const { repo, base, opened, ours } = one
  repo.git('checkout', '-q', '-b', 'side', base)
  repo.commit('side', { 'side.txt': 's\n' })
  repo.git('checkout', '-q', 'main')
  repo.git('merge', '-q', '--no-ff', '-m', 'Merge\n\nWheelhouse-App: shop', 'side')
  expect(await opened.lastCommit('main')).toBeUndefined()
  expect(repo.git('rev-parse', 'main^1')).toBe(ours)
  repo.remove()
})

test('killed between the branch and its files, it is finished by the next run', async () => {
  const one = await scene()
  const { repo, base, opened, ours } = one
  // What a killed run leaves: its record, the branch moved, the files where they were.
  repo.git('update-ref', 'refs/wheelhouse/back-1.from', ours)
  repo.git('update-ref', 'refs/heads/main', base, ours)
  expect(repo.git('status', '--porcelain')).not.toBe('')
  expect((await opened.takeBack(order(one))).done).toBe(true)
  expect([repo.git('rev-parse', 'main'), repo.git('status', '--porcelain')]).toEqual([base, ''])
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  repo.remove()
})

test('on a branch that is checked out nowhere the ref alone moves', async () => {
  const one = await scene()
  const { repo, base, opened } = one
  repo.git('checkout', '-q', '--detach')
  expect((await opened.takeBack(order(one))).done).toBe(true)
  expect(repo.git('rev-parse', 'main')).toBe(base)
  expect(repo.git('status', '--porcelain')).toBe('')
  repo.remove()
})
