import { readFile, readdir, readlink } from 'node:fs/promises'
import { relative } from 'node:path'
import { run } from '../process/index.ts'
import { verbOf } from './errors.ts'
import type { Place } from './place.ts'

/**
 * Processes that may hold a lock: whoever has the file open, and each git that works in the clone (one that waits for an editor has closed its
 * lock and holds it all the same). Linux tells both; elsewhere `lsof` tells the first, where it is there.
 */
export async function holdersOf(lock: string, place: Place): Promise<readonly number[]> {
  return process.platform === 'linux' ? holdersOnLinux(lock, place) : holdersByLsof(lock)
}

async function holdersOnLinux(lock: string, place: Place): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const holding = await Promise.all(
    pids.map(async (pid) => ((await isGitIn(pid, place)) || (await hasOpen(pid, lock)) ? [Number(pid)] : [])),
  )
  return holding.flat()
}

async function isGitIn(pid: string, place: Place): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  if (!/^git\b/.test(name) || (await onlyReads(pid))) return false
  const cwd = await readlink(`/proc/${pid}/cwd`).catch((error: NodeJS.ErrnoException) => error)
  // Of somebody else's process we are not told; one that has just ended has none.
  if (typeof cwd !== 'string') return cwd.code === 'EACCES'
  return [place.path, place.gitDir, place.commonDir].some((dir) => !relative(dir, cwd).startsWith('..'))
}

/** These live long and take no lock: readers of objects and history (our own too), and daemons. */
const readers = /^(cat-file|log|rev-list|show|diff|blame|fsmonitor--daemon|credential-cache--daemon|daemon)$/

async function onlyReads(pid: string): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return readers.test(verbOf(text.split('\0').slice(1)))
}

async function hasOpen(pid: string, lock: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const fds = await readdir(folder).catch(() => [])
  const targets = await Promise.all(fds.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')))
  return targets.includes(lock)
}

async function holdersByLsof(lock: string): Promise<readonly number[]> {
  const { stdout } = await run('lsof', ['-t', '--', lock], {
    env: { PATH: '/usr/sbin:/usr/bin:/bin', LC_ALL: 'C' },
    timeoutMs: 5_000,
  })
  return new TextDecoder().decode(stdout).split('\n').map(Number).filter(Boolean)
}
