import type { Writable } from 'node:stream'
import { AppError } from '#contract'
import { spawnPiped } from '../process/index.ts'
import { createByteReader } from './byte-reader.ts'
import type { ByteReader } from './byte-reader.ts'
import { createByteCache } from './object-cache.ts'
import type { GitRunner } from './runner.ts'

type GitObject = { readonly type: 'commit' | 'tree' | 'blob' | 'tag'; readonly bytes: Uint8Array }

export type CatFile = {
  /** `undefined` = the object is not in this repository. Objects over 64 MiB are refused (`OBJECT_TOO_LARGE`). */
  readonly read: (oid: string) => Promise<GitObject | undefined>
  readonly close: () => void
}

const maxObjectBytes = 64 * 1024 * 1024
const cacheBytes = 32 * 1024 * 1024
const idleMs = 30_000

/** One long-lived `git cat-file --batch`, started at the first read and ended after 30 s without one (Windows keeps packs locked). */
export function createCatFile(git: GitRunner, cwd: string, env: Readonly<Record<string, string>>): CatFile {
  const cache = createByteCache<GitObject>(cacheBytes)
  let session: Session | undefined
  let idle: NodeJS.Timeout | undefined
  const close = () => {
    clearTimeout(idle)
    session?.end()
    session = undefined
  }
  const read = async (oid: string) => {
    // Oids only: a newline in any other name would desynchronise the answers.
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(oid))
      throw new AppError('COMMIT_MISSING', { message: `${oid} is no object id.`, subject: oid })
    const known = cache.get(oid)
    if (known !== undefined) return known
    if (session === undefined || session.ended()) session = startSession(git, cwd, env)
    clearTimeout(idle)
    idle = setTimeout(close, idleMs)
    idle.unref()
    const object = await session.read(oid)
    if (object !== undefined) cache.set(oid, object, object.bytes.length)
    return object
  }
  return { read, close }
}

type Waiter = {
  readonly oid: string
  readonly resolve: (object: GitObject | undefined) => void
  readonly reject: (error: unknown) => void
}
type Referable = { readonly ref: () => void; readonly unref: () => void }
type Session = { readonly read: CatFile['read']; readonly end: () => void; readonly ended: () => boolean }

function startSession(git: GitRunner, cwd: string, env: Readonly<Record<string, string>>): Session {
  const [command, args] = git.command(['cat-file', '--batch'], 'read')
  const child = spawnPiped(command, args, { cwd, env: git.environment({ env }) })
  const waiters: Waiter[] = []
  let over = false
  // The child is gone, or its answers make no sense: who waits is told, and the next read starts another.
  const fail = (cause?: unknown) => {
    over = true
    child.kill()
    const error = new AppError('GIT_FAILED', {
      message: `${cwd}: git cat-file ended.`,
      retryable: true,
      cause,
    })
    for (const waiter of waiters.splice(0)) waiter.reject(error)
  }
  child.on('error', fail)
  child.stderr.resume()
  // A process with nothing left to do may end while its reader idles; one that waits for an answer may not.
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as readonly Referable[]
  const hold = (waiting: boolean) => {
    for (const handle of handles) handle[waiting ? 'ref' : 'unref']()
  }
  const ask = createWriter(child.stdin)
  void pump(createByteReader(child.stdout as AsyncIterable<Buffer>), waiters).then(() => fail(), fail)
  return {
    ended: () => over,
    end: () => child.stdin.end(),
    read: async (oid) => {
      hold(true)
      try {
        return await new Promise((resolve, reject) => {
          waiters.push({ oid, resolve, reject })
          ask(oid)
        })
      } finally {
        if (waiters.length === 0) hold(false)
      }
    },
  }
}

/** Questions of one turn go out in one write: each write costs a system call and wakes git. */
function createWriter(stdin: Writable): (oid: string) => void {
  let asked = ''
  return (oid) => {
    if (asked === '')
      queueMicrotask(() => {
        stdin.write(asked)
        asked = ''
      })
    asked += `${oid}\n`
  }
}

/** Answers come in the order of the questions: header line, bytes, line break. */
async function pump(reader: ByteReader, waiters: Waiter[]): Promise<void> {
  for (;;) {
    const header = await reader.line()
    if (header === undefined) return
    const [oid = '', type, sizeText] = header.split(' ')
    if (oid !== waiters[0]?.oid) throw new Error(`git cat-file answered ${header}`)
    if (type === 'missing' || sizeText === undefined) {
      waiters.shift()?.resolve(undefined)
      continue
    }
    const size = Number(sizeText)
    if (size > maxObjectBytes) {
      const message = `${oid}: an object of ${size} bytes is too large to read.`
      waiters
        .shift()
        ?.reject(new AppError('OBJECT_TOO_LARGE', { message, subject: oid, data: { bytes: size } }))
      if (!(await reader.skip(size + 1))) return
      continue
    }
    const body = await reader.bytes(size + 1)
    if (body === undefined) return
    waiters.shift()?.resolve({ type: type as GitObject['type'], bytes: body.subarray(0, -1) })
  }
}
