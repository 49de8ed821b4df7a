import { readFile } from 'node:fs/promises'
import { run } from './run.ts'

/** A process beyond doubt: numbers are used again, a number with its start is not. `start` is absent where it cannot be had (Windows). */
export type ProcessIdentity = { readonly pid: number; readonly start?: string | undefined }

let own: Promise<ProcessIdentity> | undefined

export function readOwnIdentity(): Promise<ProcessIdentity> {
  own ??= readStart(process.pid).then((start) =>
    start === undefined ? { pid: process.pid } : { pid: process.pid, start },
  )
  return own
}

/** Is this very process still there? */
export async function isRunning({ pid, start }: ProcessIdentity): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (start === undefined) return true
  const now = await readStart(pid)
  return now === undefined || now === start
}

/** Is there any process of this number? */
export function isAlive(pid: number): boolean {
  // 0 and negative numbers speak to groups.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return readLinuxStart(pid)
  if (process.platform === 'win32') return undefined
  const { exitCode, stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    timeoutMs: 5_000,
  })
  const text = new TextDecoder().decode(stdout).trim()
  return exitCode === 0 && text !== '' ? text : undefined
}

/** Field 22 of proc(5) stat: ticks since boot, so the boot belongs to it. The name in field 2 may hold anything, also `)`. */
async function readLinuxStart(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ])
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return ticks === undefined ? undefined : `${boot.trim()}/${ticks}`
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return undefined
    throw error
  }
}
