import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import { land, prepare } from '../../helpers/landing.ts'

const git = createTestGit()
afterAll(() => git.close())

test('a lock that is held is tried three times, then GIT_BUSY names it; it is never removed', async () => {
  const waits: number[] = []
  const patient = createTestGit({ delay: (ms) => Promise.resolve(void waits.push(ms)) })
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  const opened = await patient.open(repo.clone)
  const lock = join(repo.clone, '.git/index.lock')
  writeFileSync(lock, '')
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' }, { local: true })
  const error = await failureOf(land(opened, prepared))
  expect([error.code, error.data?.lock, error.retryable]).toEqual(['GIT_BUSY', lock, true])
  expect(waits).toHaveLength(2)
  expect(existsSync(lock)).toBe(true)
  expect(repo.git('rev-parse', 'HEAD')).toBe(base)
  // Gone while we wait: it goes on by itself.
  const helpful = createTestGit({ delay: () => Promise.resolve(rmSync(lock, { force: true })) })
  const again = await helpful.open(repo.clone)
  expect((await again.landHeld(prepared.order)).done).toBe(true)
  expect(repo.git('status', '--porcelain')).toBe('')
  patient.close()
  helpful.close()
  repo.remove()
})

test('a push that is through is a success though a held lock keeps the local branch back', async () => {
  const repo = createTestRepo()
  const status = () => repo.git('status', '--porcelain')
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  repo.push()
  const opened = await git.open(repo.clone)
  writeFileSync(join(repo.clone, '.git/refs/heads/main.lock'), '')
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })
  const followed = await land(opened, prepared)
  expect(followed.done).toBe(false)
  expect(followed.words).toContain('main.lock')
  expect(repo.remoteTip()).toBe(prepared.order.commit)
  expect([repo.git('rev-parse', 'HEAD'), status()]).toEqual([base, ''])
  rmSync(join(repo.clone, '.git/refs/heads/main.lock'))
  opened.close()
  repo.remove()
})

/** Children that read objects, as Linux lists them. */
/** Below a process, at any depth: git is started by the starter. */
function catFilesBelow(pid: number | string): readonly string[] {
  const pids = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '),
  )
  return pids
    .filter((child) => child !== '')
    .flatMap((child) => [
      ...(readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('cat-file') ? [child] : []),
      ...catFilesBelow(child),
    ])
}

test.skipIf(process.platform !== 'linux')(
  'the death of cat-file fails who waits, and the next read starts another',
  async () => {
    const repo = createTestRepo()
    const oid = repo.commit('one', { 'app/a.yaml': 'a: 1\n', big: 'x'.repeat(3_000_000) })
    const opened = await git.open(repo.clone)
    const source = await opened.tree(oid)
    expect(await source.read('app/a.yaml')).toHaveLength(5)
    const pids = catFilesBelow(process.pid)
    expect(pids.length).toBeGreaterThan(0)
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
    const ended = await source.read('big').catch((error: unknown) => error)
    // Either the death was seen first, or it came in the middle of the answer.
    if (ended instanceof Error) expect(ended).toMatchObject({ code: 'GIT_FAILED', retryable: true })
    expect(await source.read('big')).toHaveLength(3_000_000)
    opened.close()
    repo.remove()
  },
)

/** A disk of a few megabytes, where the system lets us have one. */
function smallDisk(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-disk-'))
  const mounted = spawnSync('sh', ['-c', 'mount -t tmpfs -o size=4m tmpfs "$0"', dir])
  if (mounted.status === 0) return dir
  rmSync(dir, { recursive: true })
  console.warn('SKIPPED: a full disk (no tmpfs can be mounted here; run as root)')
  return undefined
}

const disk = smallDisk()
afterAll(() => {
  if (disk === undefined) return
  // Lazily: a child that is just ending may still have its folder there.
  execFileSync('sh', ['-c', 'umount -l "$0"', disk])
  rmSync(disk, { recursive: true })
})

test.skipIf(disk === undefined)(
  'a disk that fills up loses nothing: DISK_FULL, and it goes on when there is room',
  async () => {
    const parent = disk ?? ''
    const repo = createTestRepo({ parent })
    const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n', 'notes.txt': 'mine\n' })
    repo.push()
    repo.write({ 'notes.txt': 'changed\n' })
    const status = () => repo.git('--no-optional-locks', 'status', '--porcelain')
    const before = status()
    const opened = await git.open(repo.clone)
    const random = Array.from({ length: 20_000 }, (_, index) =>
      Math.imul(index, 2654435761).toString(36),
    ).join('\n')
    const prepared = await prepare(
      opened,
      base,
      { 'app/a.yaml': 'a: 2\n', 'app/big.yaml': random },
      { local: true },
    )
    const ballast = join(parent, 'ballast')
    const fill = (leave: number) => {
      rmSync(ballast, { force: true })
      const { bavail, bsize } = statfsSync(parent)
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
    }
    const codes = new Set<string>()
    // From nothing left to enough for some of the steps: wherever it stops, nothing is half there.
    for (const leave of [0, 8_192, 40_960, 120_000, 160_000, 200_000, 240_000, 280_000]) {
      fill(leave)
      const ended = await land(opened, prepared).catch((error: unknown) => error)
      if (!(ended instanceof Error)) break
      codes.add((ended as Error & { code: string }).code)
      expect([repo.git('rev-parse', 'HEAD'), status()]).toEqual([base, before])
      expect(repo.git('fsck', '--strict', '--no-dangling', '--no-progress')).toBe('')
    }
    expect(codes.has('DISK_FULL')).toBe(true)
    rmSync(ballast)
    const landed = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' }, { local: true, hold: 'again' })
    if (repo.git('rev-parse', 'HEAD') === base) await land(opened, landed)
    expect(repo.git('rev-list', '--count', 'main')).toBe('2')
    expect(status()).toBe(before)
    opened.close()
    repo.remove()
  },
)

test('a cancelled fetch ends at once', async () => {
  const repo = createTestRepo()
  repo.commit('one', { a: '1' })
  repo.push()
  const opened = await git.open(repo.clone)
  expect((await failureOf(opened.fetch('origin', AbortSignal.abort()))).code).toBe('CANCELLED')
  opened.close()
  repo.remove()
})
