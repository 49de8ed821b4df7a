import { once } from 'node:events'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { AppError } from '#contract'
import { spawnPiped } from '../process/index.ts'
import type { GitRunner } from './runner.ts'

export type GitObject = { readonly type: 'commit' | 'tree' | 'blob' | 'tag'; readonly bytes: Uint8Array }

export type CatFile = {
  /** `undefined` = the object is not in this repository. Objects over 64 MiB are refused (`GIT_FAILED`). */
  readonly read: (oid: string) => Promise<GitObject | undefined>
  readonly close: () => void
}

type Waiter = {
  readonly resolve: (object: GitObject | undefined) => void
  readonly reject: (error: unknown) => void
}

const maxObjectBytes = 64 * 1024 * 1024
const idleMs = 30_000

/** One long-lived `git cat-file --batch`, started at the first read and ended after 30 s without one (Windows keeps packs locked). */
export function createCatFile(git: GitRunner, cwd: string, env: Readonly<Record<string, string>>): CatFile {
  let session: Session | undefined
  let idle: NodeJS.Timeout | undefined
  const close = () => {
    clearTimeout(idle)
    session?.end()
    session = undefined
  }
  const read = (oid: string) => {
    // Oids only: a newline in any other name would desynchronise the answers.
    if (!/^[0-9a-f]{40}$/.test(oid))
      return Promise.reject(new AppError('COMMIT_MISSING', { message: `${oid} is no object id.` }))
    if (session === undefined || session.ended()) session = startSession(git, cwd, env)
    clearTimeout(idle)
    idle = setTimeout(close, idleMs)
    idle.unref()
    return session.read(oid)
  }
  return { read, close }
}

type Session = { readonly read: CatFile['read']; readonly end: () => void; readonly ended: () => boolean }

function startSession(git: GitRunner, cwd: string, env: Readonly<Record<string, string>>): Session {
  const [command, args] = git.command(['cat-file', '--batch'], 'read')
  const child = spawnPiped(command, args, { cwd, env: git.environment({ env }) })
  const waiters: Waiter[] = []
  let over = false
  void pump(child, waiters).catch(() => undefined)
  child.stderr.resume()
  void once(child, 'close')
    .catch(() => undefined)
    .then(() => {
      over = true
      for (const waiter of waiters.splice(0))
        waiter.reject(new AppError('GIT_FAILED', { message: `${cwd}: git cat-file ended.`, retryable: true }))
    })
  return {
    ended: () => over,
    end: () => child.stdin.end(),
    read: (oid) =>
      new Promise((resolve, reject) => {
        waiters.push({ resolve, reject })
        child.stdin.write(`${oid}\n`)
      }),
  }
}

/** Answers come in the order of the questions: header line, bytes, line break. */
async function pump(child: ChildProcessWithoutNullStreams, waiters: Waiter[]): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const more = async (): Promise<boolean> => {
    const next = await chunks.next()
    if (next.done === true) return false
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value])
    return true
  }
  for (;;) {
    let newline = rest.indexOf(10)
    while (newline < 0) {
      if (!(await more())) return
      newline = rest.indexOf(10)
    }
    const [, type, sizeText] = rest.subarray(0, newline).toString('latin1').split(' ')
    rest = rest.subarray(newline + 1)
    if (type === 'missing' || sizeText === undefined) {
      waiters.shift()?.resolve(undefined)
      continue
    }
    const body = await readBytes(
      Number(sizeText) + 1,
      () => rest,
      (left) => (rest = left),
      chunks,
    )
    if (body === undefined) return
    waiters.shift()?.resolve({ type: type as GitObject['type'], bytes: body.subarray(0, -1) })
  }
}

/** Large objects arrive in many chunks: collected in a list and joined once. */
async function readBytes(
  size: number,
  rest: () => Buffer,
  setRest: (left: Buffer) => void,
  chunks: AsyncIterator<Buffer>,
): Promise<Buffer | undefined> {
  if (size > maxObjectBytes)
    throw new AppError('GIT_FAILED', { message: `An object of ${size} bytes is too large to read.` })
  const parts: Buffer[] = [rest()]
  let have = rest().length
  while (have < size) {
    const next = await chunks.next()
    if (next.done === true) return undefined
    parts.push(next.value)
    have += next.value.length
  }
  const all = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)
  setRest(all.subarray(size))
  return Buffer.from(all.subarray(0, size))
}
