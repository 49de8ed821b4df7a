import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { land, prepare } from '../../helpers/landing.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'

// The git on the PATH is replaced, upgraded, broken or gone while Wheelhouse runs.

const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-shim-'))
const path = join(temp, 'git')
const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
const git = createTestGit({ gitPath: path })
afterAll(() => {
  git.close()
  rmSync(temp, { recursive: true, force: true })
})

/** A script in git's place: `body` first, then the real one with all that was asked. Put there in one move, as a package manager does. */
function shim(body: string): void {
  const draft = `${path}.new`
  writeFileSync(draft, `#!/bin/sh\nall="$*"\n${body}\nexec '${real}' "$@"\n`, { mode: 0o755 })
  renameSync(draft, path)
}
const saysVersion = (version: string) =>
  `case "$all" in *" version") echo git version ${version}; exit 0;; esac`

beforeEach(() => shim(''))

const text = (value: number) => `a: ${value}\n${'# far\n'.repeat(9)}`

test('a git that was exchanged for another version is asked anew what it can do', async () => {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': text(1) })
  shim(saysVersion('2.39.5'))
  expect(await git.version()).toBe('2.39')
  const first = await git.open(repo.clone)
  expect(await git.open(repo.clone)).toBe(first)
  const prepared = await prepare(first, base, { 'app/a.yaml': text(2) }, { local: true })
  // Older, without merge-tree --write-tree: what was begun goes on, and what begins is done the older way.
  shim(`${saysVersion('2.30.1')}\ncase "$all" in *merge-tree*) echo "unknown option" >&2; exit 129;; esac`)
  expect(await git.version()).toBe('2.30')
  const second = await git.open(repo.clone)
  expect(second).not.toBe(first)
  expect((await land(second, prepared)).done).toBe(true)
  const later = repo.commit('later', { 'app/a.yaml': `${text(2)}later: 1\n` })
  const room = await second.draft()
  const undone = await room.undo(later, [{ from: base, to: prepared.order.commit }], ['app'])
  expect(undone.conflicts).toEqual([])
  await room.discard()
  repo.remove()
})

test('one that is too old from now on is refused with advice, not half used', async () => {
  const repo = createTestRepo()
  repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  expect((await (await git.open(repo.clone)).head()).kind).toBe('branch')
  shim(saysVersion('2.24.4'))
  const error = await failureOf(git.open(repo.clone))
  expect([error.code, error.action]).toEqual(['GIT_TOO_OLD', 'open-doctor'])
  shim('')
  expect((await (await git.open(repo.clone)).head()).kind).toBe('branch')
  repo.remove()
})

test('one that is removed in the middle of a landing is GIT_MISSING; the landing goes on when it is back', async () => {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  repo.push()
  const opened = await git.open(repo.clone)
  const prepared = await prepare(
    opened,
    base,
    { 'app/a.yaml': 'a: 2\n' },
    { onStep: (step) => (step === 'push' ? rmSync(path) : undefined) },
  )
  const error = await failureOf(land(opened, prepared))
  expect([error.code, error.retryable]).toEqual(['GIT_MISSING', true])
  expect(repo.remoteTip()).toBe(base)
  symlinkSync(real, path)
  const { onStep: _, ...order } = prepared.order
  const onStep = () => Promise.resolve()
  const again = await git.open(repo.clone)
  expect((await again.resume({ ...order, onStep, dir: prepared.room.dir, reached: 'push' })).done).toBe(true)
  expect([repo.remoteTip(), repo.git('rev-parse', 'HEAD')]).toEqual([order.commit, order.commit])
  expect([repo.git('for-each-ref', 'refs/wheelhouse'), repo.fsck()]).toEqual(['', ''])
  repo.remove()
})

test('a file that is no program is as good as none', async () => {
  const repo = createTestRepo()
  repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  const opened = await git.open(repo.clone)
  rmSync(path)
  writeFileSync(path, 'not a program', { mode: 0o644 })
  expect((await failureOf(opened.head())).code).toBe('GIT_MISSING')
  expect((await (await git.open(repo.clone)).head()).kind).toBe('branch')
  rmSync(path)
  repo.remove()
})

test('one that is killed in the middle of its answer is an error: a part is never taken for the whole', async () => {
  const repo = createTestRepo()
  const oids = [1, 2, 3].map((n) => repo.commit(`commit ${n}`, { 'app/a.yaml': `a: ${n}\n` }))
  const tip = oids[2] ?? ''
  const opened = await git.open(repo.clone)
  shim(`case "$all" in *" log "*|*for-each-ref*|*diff-tree*) '${real}' "$@" | head -c 90; kill -9 $$;; esac`)
  const subjects: string[] = []
  const log = async () => {
    for await (const { subject } of opened.log({ tip, firstParent: true, paths: ['app'] }))
      subjects.push(subject)
  }
  for (const call of [log, () => opened.branches(), () => opened.changed(oids[0] ?? '', tip)]) {
    const error = await failureOf(call())
    expect([error.code, error.retryable]).toEqual(['GIT_FAILED', true])
  }
  shim('')
  subjects.length = 0
  await log()
  expect(subjects).toEqual(['commit 3', 'commit 2', 'commit 1'])
  repo.remove()
})

test('one that hangs ends when the operator cancels, and takes nothing with it', async () => {
  const repo = createTestRepo()
  const tip = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  repo.push()
  const opened = await git.open(repo.clone)
  const pid = join(temp, 'hangs')
  execFileSync('mkfifo', [pid])
  shim(`case "$all" in *" log "*|*" fetch "*) echo $$ > '${pid}'; exec sleep 1000;; esac`)
  const calls = [
    (signal: AbortSignal) => opened.fetch('origin', signal),
    async (signal: AbortSignal) => {
      for await (const _ of opened.log({ tip, firstParent: true, signal })) continue
    },
  ]
  for (const call of calls) {
    const abort = new AbortController()
    const ended = failureOf(call(abort.signal))
    const hanging = (await readFile(pid, 'utf8')).trim()
    abort.abort()
    expect((await ended).code).toBe('CANCELLED')
    await gone(hanging)
  }
  repo.remove()
})

async function gone(pid: string): Promise<void> {
  while (existsSync(`/proc/${pid}/cwd`)) await new Promise((resolve) => setImmediate(resolve))
}
