import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { AppError } from '#contract'
import type { Repo } from '../../../src/engine/git/index.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { land, prepare } from '../../helpers/landing.ts'

const git = createTestGit()
afterAll(() => git.close())

async function pushed(): Promise<{ readonly repo: TestRepo; readonly base: string; readonly opened: Repo }> {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  repo.push()
  return { repo, base, opened: await git.open(repo.clone) }
}

function hook(folder: string, name: string, body: string): void {
  writeFileSync(join(folder, 'hooks', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
}

/** Nothing but the held commit is left of a landing that was refused. */
function untouched(repo: TestRepo, base: string): void {
  expect(repo.git('rev-parse', 'HEAD')).toBe(base)
  expect(repo.git('status', '--porcelain')).toBe('')
  expect(repo.fsck()).toBe('')
}

test('a remote that moved refuses with PUSH_REJECTED, keeps its commit and names it', async () => {
  const { repo, base, opened } = await pushed()
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })
  const other = repo.commit('theirs', { 'app/a.yaml': 'a: 3\n' })
  repo.push()
  repo.git('reset', '-q', '--hard', base)
  repo.git('update-ref', 'refs/remotes/origin/main', base)
  const error = await failureOf(land(opened, prepared))
  expect([error.code, error.action, error.data?.tip]).toEqual(['PUSH_REJECTED', 'show-other-commit', other])
  expect(repo.remoteTip()).toBe(other)
  // The other commit is here to be looked at.
  expect((await opened.tracked('main')).tip).toBe(other)
  untouched(repo, base)
  repo.remove()
})

test('a remote that was rewound, or whose branch was deleted, is not given back what was removed', async () => {
  const { repo, base, opened } = await pushed()
  const secret = repo.commit('secret', { 'app/password': 'x' })
  repo.push()
  const prepared = await prepare(opened, secret, { 'app/a.yaml': 'a: 2\n' })
  repo.at(repo.remote, 'update-ref', 'refs/heads/main', base)
  await prepared.room.store(prepared.order)
  expect((await failureOf(opened.landHeld(prepared.order))).code).toBe('PUSH_REJECTED')
  expect(repo.remoteTip()).toBe(base)
  repo.at(repo.remote, 'update-ref', '-d', 'refs/heads/main')
  const error = await failureOf(opened.landHeld(prepared.order))
  expect([error.code, error.message]).toEqual([
    'PUSH_REJECTED',
    expect.stringContaining('is not there any more'),
  ])
  expect(() => repo.remoteTip()).toThrow()
  repo.remove()
})

test.each([
  ['PUSH_PROTECTED', 'echo "GH006: Protected branch update failed for refs/heads/main."; exit 1'],
  [
    'PUSH_PROTECTED',
    'echo "GitLab: You are not allowed to push code to protected branches on this project."; exit 1',
  ],
  ['PUSH_REFUSED', 'echo "no commits on Fridays"; exit 1'],
])('a remote that says no is %s, in its own words', async (code, body) => {
  const { repo, base, opened } = await pushed()
  hook(repo.remote, 'pre-receive', body)
  const error = await failureOf(land(opened, await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })))
  expect(error.code).toBe(code)
  expect(error.message).toMatch(/Protected branch|protected branches|no commits on Fridays/)
  expect(repo.remoteTip()).toBe(base)
  untouched(repo, base)
  repo.remove()
})

test("the operator's own pre-push hook runs, and may refuse", async () => {
  const { repo, base, opened } = await pushed()
  hook(join(repo.clone, '.git'), 'pre-push', 'echo "$2" > hook-saw; echo "not today" >&2; exit 1')
  const error = await failureOf(land(opened, await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })))
  expect([error.code, error.message]).toEqual(['PUSH_REFUSED', expect.stringContaining('not today')])
  rmSync(join(repo.clone, 'hook-saw'))
  expect(repo.remoteTip()).toBe(base)
  repo.remove()
})

test('a push takes along nothing but the commit', async () => {
  const { repo, base, opened } = await pushed()
  repo.git('tag', '-a', '-m', 'private', 'private', base)
  repo.git('config', 'push.followTags', 'true')
  repo.git('config', 'push.recurseSubmodules', 'on-demand')
  await land(opened, await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' }))
  expect(repo.at(repo.remote, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main')
  repo.remove()
})

test('a remote that is gone is REMOTE_UNREACHABLE, and landing goes on when it is back', async () => {
  const { repo, base, opened } = await pushed()
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })
  repo.git('config', 'remote.origin.url', `${repo.remote}-gone`)
  const error = await failureOf(land(opened, prepared))
  expect([error.code, error.retryable]).toEqual(['REMOTE_UNREACHABLE', true])
  untouched(repo, base)
  expect((await failureOf(opened.fetch('origin'))).code).toBe('REMOTE_UNREACHABLE')
  repo.git('config', 'remote.origin.url', repo.remote)
  expect((await opened.landHeld(prepared.order)).done).toBe(true)
  expect(repo.remoteTip()).toBe(prepared.order.commit)
  repo.remove()
})

test('a remote that wants a password is REMOTE_CREDENTIALS, at once and without a prompt, for fetch and push', async () => {
  const { repo, base, opened } = await pushed()
  const server = createServer((_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  repo.git('config', 'remote.origin.url', `http://ada:hunter2@127.0.0.1:${port}/x.git`)
  const fetched = await failureOf(opened.fetch('origin'))
  expect([fetched.code, fetched.action]).toEqual(['REMOTE_CREDENTIALS', 'sign-in'])
  const error = await failureOf(land(opened, await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })))
  expect(error.code).toBe('REMOTE_CREDENTIALS')
  expect(`${error.message}${fetched.message}`).not.toContain('hunter2')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  untouched(repo, base)
  repo.remove()
})

test(
  'three landers at once lose nothing: each commit ends on the remote, one after the other',
  { timeout: 60_000 },
  async () => {
    const { repo } = await pushed()
    const clones = ['a', 'b', 'c']
    let rejected = 0
    await Promise.all(
      clones.map(async (name) => {
        repo.at(repo.dir, 'clone', '-q', repo.remote, name)
        const clone = join(repo.dir, name)
        repo.at(clone, 'config', 'user.name', name)
        repo.at(clone, 'config', 'user.email', `${name}@example.com`)
        const opened = await git.open(clone)
        for (let index = 0; index < 4;) {
          const { tip } = await opened.tracked('main')
          const file = { [`app/${name}-${index}.yaml`]: `n: ${index}\n` }
          const prepared = await prepare(opened, tip, file, { hold: `${name}-${index}` })
          const ended = await land(opened, prepared).catch((error: unknown) => error)
          if (!(ended instanceof AppError)) index++
          else if (ended.code === 'PUSH_REJECTED') rejected++
          else throw ended
          await prepared.room.discard()
          await opened.release(prepared.order.holdName)
        }
        opened.close()
      }),
    )
    expect(repo.at(repo.remote, 'rev-list', '--count', 'main')).toBe('13')
    expect(repo.at(repo.remote, 'rev-list', '--count', '--merges', 'main')).toBe('0')
    expect(repo.at(repo.remote, 'ls-tree', '-r', '--name-only', 'main').split('\n')).toHaveLength(13)
    expect(rejected).toBeGreaterThan(0)
    expect(repo.at(repo.remote, 'fsck', '--strict', '--no-dangling', '--no-progress')).toBe('')
    repo.remove()
  },
)

test('two landings on one branch of one clone: the second finds the branch moved', async () => {
  const { repo, base, opened } = await pushed()
  const drafts = await Promise.all(
    ['x', 'y'].map((name) => prepare(opened, base, { [`app/${name}`]: name }, { local: true, hold: name })),
  )
  const ends = await Promise.allSettled(drafts.map((draft) => land(opened, draft)))
  const codes = ends
    .map((end) => (end.status === 'fulfilled' ? 'landed' : (end.reason as AppError).code))
    .toSorted()
  expect(codes[1]).toBe('landed')
  expect(['GIT_REF_MOVED', 'GIT_BUSY', 'WORKTREE_DIRTY']).toContain(codes[0])
  expect(repo.git('rev-list', '--count', 'main')).toBe('2')
  expect(repo.git('status', '--porcelain')).toBe('')
  expect(repo.fsck()).toBe('')
  repo.remove()
})
