import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Repo } from '../../../src/engine/git/index.ts'
import { prepare } from '../../helpers/landing.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

// How real clones are set up: upstreams of other names, several remotes, push URLs, forks. Each lands where it was said to.

const git = createTestGit()
afterAll(() => git.close())

type Scene = { readonly repo: TestRepo; readonly base: string; readonly opened: Repo }

async function scene(): Promise<Scene> {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  repo.push()
  return { repo, base, opened: await git.open(repo.clone) }
}

function bare({ repo }: Scene, name: string): string {
  const path = join(repo.dir, `${name}.git`)
  repo.at(repo.dir, 'clone', '-q', '--bare', repo.remote, path)
  return path
}

/** Lands a draft on a branch as the app tracks it, as the calls do. */
async function landOn({ opened }: Scene, branch: string) {
  const { remote } = await opened.tracked(branch)
  if (remote?.oid === undefined) throw new Error(`${branch} has no remote.`)
  const { room, order } = await prepare(opened, remote.oid, { 'app/a.yaml': 'a: 2\n' })
  const { name, ref, branch: theirs } = remote
  const landing = { ...order, branch, remote: { name, ref, branch: theirs } }
  await room.store(landing)
  return { commit: order.commit, followed: await opened.landHeld(landing) }
}

test('an upstream of another name is pushed to under its own', async () => {
  const one = await scene()
  const { repo } = one
  repo.git('branch', '-m', 'main', 'deploy')
  repo.git('config', 'branch.deploy.merge', 'refs/heads/main')
  const { commit, followed } = await landOn(one, 'deploy')
  expect(followed.done).toBe(true)
  expect([repo.remoteTip(), repo.git('rev-parse', 'deploy'), repo.git('status', '--porcelain')]).toEqual([
    commit,
    commit,
    '',
  ])
  expect(repo.at(repo.remote, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main')
  repo.remove()
})

test('of several remotes the one that the branch tracks is pushed to, whatever its name', async () => {
  const one = await scene()
  const { repo, base } = one
  const upstream = bare(one, 'upstream')
  repo.git('remote', 'add', 'team/upstream', upstream)
  repo.git('fetch', '-q', 'team/upstream')
  repo.git('branch', '-q', '--set-upstream-to=team/upstream/main', 'main')
  const { commit } = await landOn(one, 'main')
  expect([repo.at(upstream, 'rev-parse', 'main'), repo.remoteTip()]).toEqual([commit, base])
  expect((await one.opened.tracked('main')).remote?.name).toBe('team/upstream')
  repo.remove()
})

test('a branch that tracks a local branch is itself on the remote, not what it tracks', async () => {
  const one = await scene()
  const { repo, base } = one
  repo.git('push', '-q', 'origin', 'main:refs/heads/feature')
  repo.git('checkout', '-q', '-b', 'feature')
  repo.git('branch', '-q', '--set-upstream-to=main', 'feature')
  expect(repo.git('config', 'branch.feature.remote')).toBe('.')
  const { commit } = await landOn(one, 'feature')
  expect([repo.remoteTip('feature'), repo.remoteTip()]).toEqual([commit, base])
  repo.remove()
})

test('refspecs of their own are followed to where they keep the branch', async () => {
  const one = await scene()
  const { repo } = one
  repo.git('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/up/*')
  repo.git('update-ref', '-d', 'refs/remotes/origin/main')
  repo.git('fetch', '-q', 'origin')
  const tracked = await one.opened.tracked('main')
  expect(tracked.remote?.ref).toBe('refs/remotes/up/main')
  const { commit } = await landOn(one, 'main')
  expect([repo.remoteTip(), repo.git('rev-parse', 'refs/remotes/up/main')]).toEqual([commit, commit])
  repo.remove()
})

test('a push URL that names the same repository in other words is no other repository', async () => {
  const one = await scene()
  const { repo } = one
  repo.git('config', 'remote.origin.pushurl', `file://${repo.remote}`)
  expect(await one.opened.proposals.target('main')).toMatchObject({ remote: 'origin', elsewhere: false })
  const { commit } = await landOn(one, 'main')
  expect(repo.remoteTip()).toBe(commit)
  repo.remove()
})

test('a push URL of another repository whose branch is elsewhere is PUSH_ELSEWHERE, and names it without credentials', async () => {
  const one = await scene()
  const { repo, base } = one
  const fork = bare(one, 'fork')
  const tree = repo.at(fork, 'rev-parse', 'main^{tree}')
  const ahead = repo.at(
    fork,
    '-c',
    'user.name=x',
    '-c',
    'user.email=x@example.com',
    'commit-tree',
    tree,
    '-p',
    base,
    '-m',
    'theirs',
  )
  repo.at(fork, 'update-ref', 'refs/heads/main', ahead)
  repo.git('config', 'remote.origin.pushurl', fork)
  expect(await one.opened.proposals.target('main')).toMatchObject({ remote: 'origin', elsewhere: true })
  const error = await failureOf(landOn(one, 'main'))
  expect([error.code, error.message]).toEqual(['PUSH_ELSEWHERE', expect.stringContaining(fork)])
  expect([repo.remoteTip(), repo.at(fork, 'rev-parse', 'main'), repo.git('rev-parse', 'main')]).toEqual([
    base,
    ahead,
    base,
  ])
  repo.remove()
})

test('two push URLs both get the commit; where the second refuses, the answer says so and the first keeps it', async () => {
  const one = await scene()
  const { repo } = one
  const mirror = bare(one, 'mirror')
  repo.git('config', '--add', 'remote.origin.pushurl', repo.remote)
  repo.git('config', '--add', 'remote.origin.pushurl', mirror)
  const { commit } = await landOn(one, 'main')
  expect([repo.remoteTip(), repo.at(mirror, 'rev-parse', 'main')]).toEqual([commit, commit])
  writeFileSync(join(mirror, 'hooks', 'pre-receive'), '#!/bin/sh\necho "mirror is closed"; exit 1\n', {
    mode: 0o755,
  })
  const { opened } = one
  const { remote } = await opened.tracked('main')
  const { room, order } = await prepare(opened, commit, { 'app/a.yaml': 'a: 3\n' }, { hold: 'draft-2' })
  const landing = { ...order, remote: { name: 'origin', branch: 'main', ref: remote?.ref ?? '' } }
  await room.store(landing)
  const followed = await opened.landHeld(landing)
  expect(followed.words).toContain('mirror is closed')
  expect([followed.done, repo.remoteTip(), repo.at(mirror, 'rev-parse', 'main')]).toEqual([
    true,
    order.commit,
    commit,
  ])
  repo.remove()
})

test.each([
  ['branch.main.pushRemote', 'fork'],
  ['remote.pushDefault', 'fork'],
])(
  'with %s the fork is where proposals go, and the tracked branch stays what is landed on',
  async (key, value) => {
    const one = await scene()
    const { repo } = one
    const fork = bare(one, 'fork')
    repo.git('remote', 'add', 'fork', fork)
    repo.git('config', key, value)
    expect(await one.opened.proposals.target('main')).toMatchObject({
      remote: 'fork',
      pushUrl: fork,
      elsewhere: true,
    })
    const { commit } = await landOn(one, 'main')
    expect([repo.remoteTip(), repo.at(fork, 'rev-parse', 'main')]).not.toContain(undefined)
    expect(repo.remoteTip()).toBe(commit)
    repo.git('config', key, 'not-a-remote')
    expect(await one.opened.proposals.target('main')).toMatchObject({ remote: 'origin', elsewhere: false })
    repo.remove()
  },
)
