import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Repo } from '../../../src/engine/git/index.ts'
import { prepare } from '../../helpers/landing.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

const git = createTestGit()
afterAll(() => git.close())

type Scene = { readonly repo: TestRepo; readonly base: string; readonly opened: Repo }

const lines = (...values: readonly string[]) => `${values.join('\n')}\n`
const before = lines('a: 1', 'b: 1', 'c: 1', 'd: 1', 'e: 1', 'f: 1')
const after = lines('a: 1', 'b: 1', 'c: 2', 'd: 1', 'e: 1', 'f: 1')

async function scene(): Promise<Scene> {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': before, 'other/b.yaml': 'b: 1\n' })
  repo.push()
  // GitHub's, GitLab's and everybody's rule of a protected branch: no push by hand.
  hook(
    repo,
    'while read old new ref; do case $ref in refs/heads/main) echo "GH006: Protected branch update failed for refs/heads/main."; exit 1;; esac; done',
  )
  return { repo, base, opened: await git.open(repo.clone) }
}

function hook(repo: TestRepo, body: string): void {
  writeFileSync(join(repo.remote, 'hooks', 'pre-receive'), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
}

async function proposed({ base, opened }: Scene, name = 'wheelhouse/shop-1') {
  const prepared = await prepare(opened, base, { 'app/a.yaml': after })
  const names: string[] = []
  const order = {
    ...prepared.order,
    to: 'origin',
    name,
    dir: prepared.room.dir,
    onName: (taken: string) => {
      names.push(taken)
      return Promise.resolve()
    },
  }
  return { commit: prepared.order.commit, order, names, push: () => opened.proposals.push(order) }
}

/** What a forge does with a merge button: in a clone of its own, past its own protection. */
function onForge({ repo }: Scene, work: (git: (...args: readonly string[]) => string) => void): string {
  const forge = join(repo.dir, 'forge')
  repo.at(repo.dir, 'clone', '-q', repo.remote, forge)
  repo.at(forge, 'config', 'user.name', 'Forge')
  repo.at(forge, 'config', 'user.email', 'forge@example.com')
  work((...args) => repo.at(forge, ...args))
  hook(repo, 'exit 0')
  repo.at(forge, 'push', '-q', 'origin', 'main')
  return repo.at(forge, 'rev-parse', 'main')
}

async function mergedAs({ opened, base }: Scene, heads: readonly string[]) {
  await opened.fetch('origin')
  const tip = (await opened.tracked('main')).tip
  return opened.proposals.findMerged({ heads, base, tip })
}

test('a commit goes to a branch of its own past a protected one; clone, index and work tree stay as they were', async () => {
  const one = await scene()
  const { commit, push, names } = await proposed(one)
  expect((await push()).name).toBe('wheelhouse/shop-1')
  expect(names).toEqual(['wheelhouse/shop-1'])
  expect(one.repo.remoteTip('wheelhouse/shop-1')).toBe(commit)
  expect([one.repo.remoteTip(), one.repo.git('rev-parse', 'HEAD')]).toEqual([one.base, one.base])
  expect(one.repo.git('status', '--porcelain')).toBe('')
  expect(one.repo.git('rev-parse', `refs/wheelhouse/draft-1`)).toBe(commit)
  // Pushed again, as after a kill that the journal did not see: it knows its own branch.
  expect((await push()).name).toBe('wheelhouse/shop-1')
  expect(one.repo.fsck()).toBe('')
  one.repo.remove()
})

test('a name that is taken is left alone, and another one is taken', async () => {
  const one = await scene()
  const { repo, base } = one
  for (const name of ['wheelhouse/shop-1', 'wheelhouse-shop-1', 'wheelhouse/shop-1-2'])
    repo.at(repo.remote, 'update-ref', `refs/heads/${name}`, base)
  const { commit, push, names } = await proposed(one)
  expect((await push()).name).toBe('wheelhouse/shop-1-3')
  expect(names.at(-1)).toBe('wheelhouse/shop-1-3')
  expect(repo.remoteTip('wheelhouse/shop-1-3')).toBe(commit)
  for (const name of ['wheelhouse/shop-1', 'wheelhouse-shop-1', 'wheelhouse/shop-1-2'])
    expect(repo.remoteTip(name)).toBe(base)
  repo.remove()
})

test('a branch called wheelhouse is a file where a folder is wanted: the flat name is taken', async () => {
  const one = await scene()
  one.repo.at(one.repo.remote, 'update-ref', 'refs/heads/wheelhouse', one.base)
  const { commit, push } = await proposed(one)
  expect((await push()).name).toBe('wheelhouse-shop-1')
  expect(one.repo.remoteTip('wheelhouse-shop-1')).toBe(commit)
  one.repo.remove()
})

test('names that are all taken are BRANCH_NAMES_TAKEN', async () => {
  const one = await scene()
  const { repo, base } = one
  const names = ['-shop-1', '/shop-1', ...Array.from({ length: 20 }, (_, index) => `/shop-1-${index + 2}`)]
  for (const name of names) repo.at(repo.remote, 'update-ref', `refs/heads/wheelhouse${name}`, base)
  const { push } = await proposed(one)
  expect((await failureOf(push())).code).toBe('BRANCH_NAMES_TAKEN')
  repo.remove()
})

test('a remote that takes no branches either says so in its own words', async () => {
  const one = await scene()
  hook(one.repo, 'echo "GH013: Protected branch rules: nothing today"; exit 1')
  const { push } = await proposed(one)
  const error = await failureOf(push())
  expect([error.code, error.subject]).toEqual(['PUSH_PROTECTED', 'origin/wheelhouse/shop-1'])
  one.repo.remove()
})

const merges: readonly (readonly [
  string,
  'ancestry' | 'tree' | 'patch',
  (git: (...args: readonly string[]) => string) => void,
])[] = [
  ['a fast-forward', 'ancestry', (forge) => forge('merge', '-q', '--ff-only', 'origin/wheelhouse/shop-1')],
  [
    'a merge commit',
    'ancestry',
    (forge) => {
      elsewhere(forge)
      forge('merge', '-q', '--no-ff', '-m', 'Merge pull request #7', 'origin/wheelhouse/shop-1')
    },
  ],
  [
    'a squash',
    'tree',
    (forge) => {
      elsewhere(forge)
      forge('merge', '-q', '--squash', 'origin/wheelhouse/shop-1')
      forge('commit', '-q', '-m', 'Scale web (#7)')
    },
  ],
  [
    'a rebase',
    'tree',
    (forge) => {
      elsewhere(forge)
      forge('cherry-pick', 'origin/wheelhouse/shop-1')
    },
  ],
  [
    'a squash onto a later change of the same file',
    'patch',
    (forge) => {
      forge('checkout', '-q', '-b', 'later')
      write(forge, 'app/a.yaml', before.replace('a: 1', 'a: 9').replace('e: 1', 'e: 9'))
      forge('commit', '-q', '-am', 'later')
      forge('checkout', '-q', 'main')
      forge('merge', '-q', '--ff-only', 'later')
      forge('merge', '-q', '--squash', 'origin/wheelhouse/shop-1')
      forge('commit', '-q', '-m', 'Scale web (#7)')
    },
  ],
]

test.each(merges)('%s is found, by %s', async (_, how, merge) => {
  const one = await scene()
  const { commit, push } = await proposed(one)
  await push()
  expect(await mergedAs(one, [commit])).toBeUndefined()
  const merged = onForge(one, merge)
  expect(await mergedAs(one, [commit])).toEqual({ oid: merged, how })
  // Later commits of others do not change which one brought it.
  one.repo.at(join(one.repo.dir, 'forge'), 'commit', '-q', '--allow-empty', '-m', 'later')
  one.repo.at(join(one.repo.dir, 'forge'), 'push', '-q', 'origin', 'main')
  expect((await mergedAs(one, [commit]))?.oid).toBe(merged)
  const followed = await one.opened.proposals.follow({ branch: 'main', to: merged, holdName: 'draft-1' })
  expect(followed.done).toBe(true)
  expect(one.repo.git('rev-parse', 'HEAD')).toBe(merged)
  expect(one.repo.git('status', '--porcelain')).toBe('')
  expect(one.repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  one.repo.remove()
})

test('a squash of the branch with what a reviewer added to it is found by its patch', async () => {
  const one = await scene()
  const { commit, push } = await proposed(one)
  await push()
  const reviewed = after.replace('f: 1', 'f: 2')
  const merged = onForge(one, (forge) => {
    forge('checkout', '-q', 'wheelhouse/shop-1')
    write(forge, 'app/a.yaml', reviewed)
    forge('commit', '-q', '-am', 'as reviewed')
    forge('push', '-q', 'origin', 'wheelhouse/shop-1')
    forge('checkout', '-q', 'main')
    write(forge, 'app/a.yaml', before.replace('a: 1', 'a: 9'))
    forge('commit', '-q', '-am', 'later')
    forge('merge', '-q', '--squash', 'origin/wheelhouse/shop-1')
    forge('commit', '-q', '-m', 'Scale web (#7)')
  })
  expect(await mergedAs(one, [commit])).toBeUndefined()
  const branch = one.repo.git('rev-parse', 'refs/remotes/origin/wheelhouse/shop-1')
  expect(await mergedAs(one, [commit, branch])).toEqual({ oid: merged, how: 'patch' })
  one.repo.remove()
})

test('commits that are something else are not taken for the merge', async () => {
  const one = await scene()
  const { commit, push } = await proposed(one)
  await push()
  onForge(one, (forge) => {
    elsewhere(forge)
    // The same line of another file, and another value of the same line.
    write(forge, 'other/c.yaml', after)
    forge('add', '-A')
    forge('commit', '-q', '-m', 'like it')
    write(forge, 'app/a.yaml', before.replace('c: 1', 'c: 3'))
    forge('commit', '-q', '-am', 'nearly it')
  })
  expect(await mergedAs(one, [commit])).toBeUndefined()
  one.repo.remove()
})

function elsewhere(forge: (...args: readonly string[]) => string): void {
  write(forge, 'other/b.yaml', 'b: 7\n')
  forge('commit', '-q', '-am', 'elsewhere')
}

function write(forge: (...args: readonly string[]) => string, path: string, text: string): void {
  writeFileSync(join(forge('rev-parse', '--show-toplevel'), path), text)
}
