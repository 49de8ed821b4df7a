import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { CallError } from '#contract'
import { childrenOf, freezeInFilter, freezeInRefs } from '../../helpers/frozen-git.ts'
import { codeOf, landDraft, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import { land, prepare } from '../../helpers/landing.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { trustClone } from '../../helpers/trusted.ts'

// A lock that a really killed git of ours left is known for ours and offered; one of anybody else is never touched. What is held where, Linux tells.

const linux = process.platform === 'linux'
const data = mkdtempSync(join(tmpdir(), 'wheelhouse-locks-'))
const records = join(data, 'runs')
const git = createTestGit({ records })
afterAll(() => {
  git.close()
  rmSync(data, { recursive: true, force: true })
})

function filtered(): { readonly repo: TestRepo; readonly base: string } {
  const repo = createTestRepo()
  const base = repo.commit('one', { '.gitattributes': '*.yaml filter=slow\n', 'app/a.yaml': 'a: 1\n' })
  return { repo, base }
}
const landing = async (opened: Awaited<ReturnType<typeof git.open>>, base: string, hold: string) =>
  land(opened, await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' }, { local: true, hold }))

test.skipIf(!linux).each([
  ['files', freezeInFilter, 'read-tree', 'index.lock'],
  ['a branch', freezeInRefs, 'update-ref', 'refs/heads/main.lock'],
] as const)(
  'git killed while it moves %s: its lock is offered, and nothing else is lost',
  async (_, freeze, verb, name) => {
    const { repo, base } = filtered()
    const frozen = freeze(repo)
    const lock = join(repo.clone, '.git', name)
    const opened = await git.open(repo.clone)
    const ended = failureOf(landing(opened, base, 'first'))
    await frozen.reached()
    expect(existsSync(lock)).toBe(true)
    // It lives: nobody offers to take its lock away.
    expect(await opened.leftLocks()).toEqual([])
    const [child] = childrenOf(process.pid, verb)
    await frozen.kill(child ?? 0)
    expect((await ended).code).toMatch(/^GIT_(FAILED|LOCK_LEFT)$/)

    const error = await failureOf(landing(opened, base, 'second'))
    expect([error.code, error.action, error.retryable, error.data?.['lock']]).toEqual([
      'GIT_LOCK_LEFT',
      'remove-lock',
      true,
      lock,
    ])
    expect((await failureOf(opened.removeLock({ path: lock, token: 'another' }))).code).toBe('GIT_LOCK_HELD')
    expect(existsSync(lock)).toBe(true)
    const left = await opened.leftLocks()
    // A branch that is checked out is locked together with HEAD.
    const all = verb === 'read-tree' ? [lock] : [lock, join(repo.clone, '.git/HEAD.lock')]
    expect(left.map(({ path }) => path)).toEqual(all)
    for (const one of left) await opened.removeLock(one)
    expect(readdirSync(join(lock, '..')).filter((file) => file.includes('.lock'))).toEqual([])
    expect(await opened.leftLocks()).toEqual([])
    expect((await landing(opened, base, 'third')).done).toBe(true)
    expect(repo.git('status', '--porcelain')).toBe('')
    expect(repo.fsck()).toBe('')
    opened.close()
    repo.remove()
  },
)

test.skipIf(!linux)(
  'the engine is killed and its git goes on: the lock is offered when that is gone too',
  async () => {
    const { repo } = filtered()
    const frozen = freezeInFilter(repo)
    const lock = join(repo.clone, '.git/index.lock')
    const engine = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../helpers/local-lander.ts'), repo.clone, data],
      {
        stdio: 'ignore',
      },
    )
    await frozen.reached()
    const [child] = childrenOf(engine.pid ?? 0, 'read-tree')
    engine.kill('SIGKILL')
    await once(engine, 'exit')
    const next = createTestGit({ records })
    const opened = await next.open(repo.clone)
    expect(await opened.leftLocks()).toEqual([])
    await frozen.kill(child ?? 0)
    await gone(child ?? 0)
    const [left] = await opened.leftLocks()
    expect(left?.path).toBe(lock)
    await opened.removeLock({ path: lock, token: left?.token ?? '' })
    expect(existsSync(lock)).toBe(false)
    next.close()
    repo.remove()
  },
)

/** A killed process is there until it was waited for: its entry says so. */
async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}/cwd`)) await new Promise((resolve) => setImmediate(resolve))
}

test.skipIf(!linux)('a lock of anybody else is not ours, and one that is held is not offered', async () => {
  const { repo, base } = filtered()
  const frozen = freezeInFilter(repo)
  const lock = join(repo.clone, '.git/index.lock')
  const opened = await git.open(repo.clone)
  writeFileSync(lock, '')
  expect((await failureOf(landing(opened, base, 'busy'))).code).toBe('GIT_BUSY')
  expect(await opened.leftLocks()).toEqual([])
  rmSync(lock)
  const ended = failureOf(landing(opened, base, 'killed'))
  await frozen.reached()
  await frozen.kill(childrenOf(process.pid, 'read-tree')[0] ?? 0)
  await ended
  const [left] = await opened.leftLocks()
  // Somebody has it open.
  const fd = openSync(lock, 'r')
  expect(await opened.leftLocks()).toEqual([])
  expect((await failureOf(opened.removeLock({ path: lock, token: left?.token ?? '' }))).code).toBe(
    'GIT_LOCK_HELD',
  )
  closeSync(fd)
  // Somebody else has taken it since: younger than anything our run could leave.
  rmSync(lock)
  writeFileSync(lock, '')
  const later = new Date(Date.now() + 60_000)
  utimesSync(lock, later, later)
  expect(await opened.leftLocks()).toEqual([])
  expect((await failureOf(landing(opened, base, 'theirs'))).code).toBe('GIT_BUSY')
  expect((await failureOf(opened.removeLock({ path: lock, token: left?.token ?? '' }))).code).toBe(
    'GIT_LOCK_HELD',
  )
  expect(existsSync(lock)).toBe(true)
  opened.close()
  repo.remove()
})

test.skipIf(!linux)(
  'in a window: the clone says it, the lock is removed, and the operation goes on to its end',
  async () => {
    const scene = await openLandingScene()
    const { repo, session } = scene
    const { cloneId } = scene.app.spec
    repo.commit('filtered', { '.gitattributes': '*.yaml filter=slow\n' })
    const frozen = freezeInFilter(repo)
    await trustClone(session, cloneId)
    const landed = scaleDraft(scene, 'local').then((draft) => landDraft(scene, draft))
    await frozen.reached()
    await frozen.kill(childrenOf(process.pid, 'read-tree')[0] ?? 0)
    expect((await landed).state).toBe('failed')
    await trustClone(session, cloneId)
    const again = await landDraft(scene, await scaleDraft(scene, 'local'))
    expect([again.state, again.failure?.code, again.resumable]).toEqual(['failed', 'GIT_LOCK_LEFT', true])
    const watched = await session.client.stream('workspace.watch', {})[Symbol.asyncIterator]().next()
    const lock = watched.value?.clones[0]?.leftLock
    expect(lock?.path).toBe(join(repo.clone, '.git/index.lock'))
    if (lock === undefined) throw new Error('no lock')
    const { path, token } = lock
    expect(await codeOf(session.client.call('clones.remove-lock', { cloneId, path, token: 'x' }))).toBe(
      'GIT_LOCK_HELD',
    )
    const clone = await session.client.call('clones.remove-lock', { cloneId, path, token })
    expect(clone.leftLock).toBeUndefined()
    await session.client.call('operations.resume', { operationId: again.id }).catch((error: unknown) => {
      if (error instanceof CallError) throw new Error(error.failure.message)
      throw error
    })
    expect((await session.ended(again.id)).state).toBe('done')
    expect(repo.git('log', '-1', '--format=%H')).toBe(again.commit)
    expect([repo.git('status', '--porcelain'), repo.fsck()]).toEqual(['', ''])
    expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
    await session.close()
    repo.remove()
  },
)
