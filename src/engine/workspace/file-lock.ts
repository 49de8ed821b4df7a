import { open, readFile, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#contract'

const tries = 200
const pauseMs = 15

/** Runs `work` while this process alone holds the lock file. A lock whose process is gone is taken over: it is ours by its name and content. */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await take(file)
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function take(file: string): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      const handle = await open(file, 'wx', 0o600)
      await handle.writeFile(String(process.pid))
      await handle.close()
      return
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC')
        throw new AppError('DISK_FULL', {
          message: `${file} cannot be written.`,
          subject: file,
          action: 'retry',
          cause: error,
        })
      if (code !== 'EEXIST')
        throw new AppError('DISK_FAILED', {
          message: `${file} cannot be written: ${code ?? ''}.`,
          subject: file,
          cause: error,
        })
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''))
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true })
    else await delay(pauseMs)
  }
  throw new AppError('DISK_FAILED', {
    message: `${file} is held by another process.`,
    subject: file,
    retryable: true,
    action: 'retry',
  })
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
