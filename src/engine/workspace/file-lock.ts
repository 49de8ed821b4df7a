import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#contract'
import { toDiskError } from './disk-error.ts'
import { isRunning, readOwnIdentity } from '../process/index.ts'
import type { ProcessIdentity } from '../process/index.ts'

const patienceMs = 5_000
const pauseMs = 15

/** Runs `work` while this process alone holds the lock file. A lock whose process is gone is taken over. `DISK_FULL`, `DISK_FAILED`. */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await take(file)
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

/**
 * The lock appears with its owner inside by one hard link: there is no moment in which it is there and belongs to nobody, so whoever is
 * killed leaves a lock that can be told to be dead.
 */
async function take(file: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(await readOwnIdentity()), { mode: 0o600 }).catch(toDiskError(file))
  try {
    const until = performance.now() + patienceMs
    while (!(await tryLink(draft, file))) {
      if (performance.now() > until)
        throw new AppError('DISK_FAILED', {
          message: `${file} is held by another process.`,
          subject: file,
          retryable: true,
          action: 'retry',
        })
      if (!(await removeDead(file))) await delay(pauseMs)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

async function tryLink(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    return toDiskError(file)(error as NodeJS.ErrnoException)
  }
}

/** Takes a dead owner's lock away. Two may try at once: who finds to have moved a living one's lock puts it back. */
async function removeDead(file: string): Promise<boolean> {
  if (!(await isDead(file))) return false
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw error
  }
  if (!(await isDead(aside))) await tryLink(aside, file)
  await rm(aside, { force: true })
  return true
}

async function isDead(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return false
  const owner = parseOwner(text)
  return owner === undefined || !(await isRunning(owner))
}

/** Unreadable = cut by a power loss: nobody who lives has written it. */
function parseOwner(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
