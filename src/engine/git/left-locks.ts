import { randomUUID } from 'node:crypto'
import { link, lstat, rename, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { AppError } from '#contract'
import { holdersOf } from './lock-holders.ts'
import type { KilledRun, LockTakers } from './lock-takers.ts'
import { verbOf } from './errors.ts'
import type { Place } from './place.ts'
import { absent, listFolder } from './without-git/disk.ts'
import { findPlaceWithoutGit } from './without-git/place.ts'

/** A lock in a clone that a run of ours left when it was killed. `token` names this very file. */
export type LeftLock = { readonly path: string; readonly token: string; readonly since: string }

export type LeftLocks = {
  /** Locks of a clone that are ours, and that nobody holds any more. */
  readonly list: (place: Place) => Promise<readonly LeftLock[]>
  /** `GIT_LOCK_LEFT` in place of the `GIT_BUSY` of such a lock; any other error as it is. */
  readonly explain: (error: AppError) => Promise<AppError>
  /** Removes that lock. `GIT_LOCK_HELD` where it is another one by now, where somebody holds it, or where it is not ours. */
  readonly remove: (place: Place, lock: Pick<LeftLock, 'path' | 'token'>) => Promise<void>
}

/** Times of files are coarser than those of the clock. */
const slackMs = 2_000

/** Without records no lock is known for ours. */
export const noLocks: LeftLocks = {
  list: () => Promise.resolve([]),
  explain: (error) => Promise.resolve(error),
  remove: (_place, { path }) => Promise.reject(held(path)),
}

export function createLeftLocks(takers: LockTakers): LeftLocks {
  const list = async (place: Place) => {
    const found = new Map<string, LeftLock>()
    for (const run of await takers.killed()) {
      const left = await leftBy(run, place)
      if (left === 'elsewhere') continue
      if (left.length === 0) await takers.forget(run.id)
      for (const lock of left) found.set(lock.path, lock)
    }
    const free = await Promise.all(
      [...found.values()].map(async (lock) =>
        (await holdersOf(lock.path, place)).length === 0 ? [lock] : [],
      ),
    )
    return free.flat()
  }
  return {
    list,
    explain: async (error) => {
      const path = error.code === 'GIT_BUSY' ? error.data?.['lock'] : undefined
      if (typeof path !== 'string' || !isAbsolute(path)) return error
      const place = await placeAround(path)
      const lock = place && (await list(place)).find((one) => one.path === path)
      if (lock === undefined) return error
      return new AppError('GIT_LOCK_LEFT', {
        message: `${path} was left behind by a git that Wheelhouse ran and that was killed.`,
        subject: path,
        action: 'remove-lock',
        retryable: true,
        data: { lock: path, token: lock.token },
        cause: error,
      })
    },
    remove: async (place, { path, token }) => {
      const lock = (await list(place)).find((one) => one.path === path && one.token === token)
      if (lock === undefined) throw held(path)
      await removeExactly(path, token)
    },
  }
}

/** Moved aside first: a lock that somebody took in this very moment is put back and stays theirs. */
async function removeExactly(path: string, token: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch((cause: unknown) => {
    throw held(path, cause)
  })
  const isIt = (await tokenOf(aside))?.token === token
  if (!isIt) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
  if (!isIt) throw held(path)
}

async function leftBy(run: KilledRun, place: Place): Promise<readonly LeftLock[] | 'elsewhere'> {
  const own = await findPlaceOf(run.cwd)
  if (own === undefined || own.commonDir !== place.commonDir) return 'elsewhere'
  const paths = await locksOf(run.args, own)
  const found = await Promise.all(paths.map((path) => tokenOf(path)))
  return found.flatMap((lock) => {
    if (lock === undefined) return []
    const isOfRun = lock.sinceMs >= run.beganMs - slackMs && lock.sinceMs <= run.untilMs + slackMs
    return isOfRun
      ? [{ path: lock.path, token: lock.token, since: new Date(lock.sinceMs).toISOString() }]
      : []
  })
}

/** Locks that this command of git takes, as far as they are there. */
async function locksOf(args: readonly string[], { gitDir, commonDir }: Place): Promise<readonly string[]> {
  const refs = args
    .filter((arg) => arg.startsWith('refs/'))
    .map((ref) => join(commonDir, ...`${ref}.lock`.split('/')))
  switch (verbOf(args)) {
    case 'read-tree':
    case 'update-index':
    case 'checkout-index':
    case 'status':
      return [join(gitDir, 'index.lock')]
    case 'update-ref':
      return [
        ...refs,
        join(gitDir, 'HEAD.lock'),
        join(commonDir, 'packed-refs.lock'),
        ...(args.includes('--stdin') ? await locksBelow(join(commonDir, 'refs/wheelhouse')) : []),
      ]
    case 'fetch':
    case 'push':
      return [
        join(commonDir, 'packed-refs.lock'),
        join(commonDir, 'shallow.lock'),
        ...(await locksBelow(join(commonDir, 'refs'))),
      ]
    default:
      return []
  }
}

/** Does it take locks in a clone at all? */
export function takesLocks(args: readonly string[]): boolean {
  return ['read-tree', 'update-index', 'checkout-index', 'status', 'update-ref', 'fetch', 'push'].includes(
    verbOf(args),
  )
}

async function locksBelow(folder: string): Promise<readonly string[]> {
  const entries = await listFolder(folder)
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => locksBelow(join(folder, name))),
  )
  const here = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.lock'))
  return [...here.map(({ name }) => join(folder, name)), ...below.flat()]
}

async function tokenOf(path: string) {
  const stat = await lstat(path, { bigint: true }).catch(absent)
  if (stat?.isFile() !== true) return undefined
  return {
    path,
    token: `${stat.dev}-${stat.ino}-${stat.mtimeNs}-${stat.size}`,
    sinceMs: Number(stat.mtimeMs),
  }
}

/** The clone that a lock lies in. */
async function placeAround(lock: string): Promise<Place | undefined> {
  for (let dir = dirname(lock); dir !== dirname(dir); dir = dirname(dir)) {
    const place = await findPlaceOf(dir.endsWith('.git') ? dirname(dir) : dir)
    if (place !== undefined && isInside(lock, place)) return place
  }
  return undefined
}

function isInside(path: string, { gitDir, commonDir }: Place): boolean {
  return [gitDir, commonDir].some((dir) => !relative(dir, path).startsWith('..'))
}

async function findPlaceOf(folder: string): Promise<Place | undefined> {
  return findPlaceWithoutGit(folder, 'any').catch((error: unknown) => {
    if (error instanceof AppError) return undefined
    throw error
  })
}

function held(path: string, cause?: unknown): AppError {
  return new AppError('GIT_LOCK_HELD', {
    message: `${path} is held, or is not the lock that was shown.`,
    subject: path,
    action: 'refresh',
    retryable: true,
    cause,
  })
}
