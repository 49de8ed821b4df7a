import type { Writable } from 'node:stream'
import { AppError } from '#contract'
import { createByteReader } from './byte-reader.ts'
import type { ByteReader } from './byte-reader.ts'
import type { GitRunner } from './runner.ts'

/** A long-lived git that answers questions, one line each, in their order. */
export type Batch<T> = { readonly ask: (question: string) => Promise<T>; readonly close: () => void }

/** What was answered to one question; undefined = the output ended first. */
export type Answer<T> = { readonly value: T } | { readonly error: AppError } | undefined

type Options<T> = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
  /** `asked`: the question that is answered; there may be none before the answer's first line is read. */
  readonly readAnswer: (reader: ByteReader, asked: () => string | undefined) => Promise<Answer<T>>
}

const idleMs = 30_000

/** Started at the first question and ended after 30 s without one (Windows keeps packs locked). */
export function createBatch<T>(git: GitRunner, options: Options<T>): Batch<T> {
  let session: Session<T> | undefined
  let idle: NodeJS.Timeout | undefined
  const close = () => {
    clearTimeout(idle)
    session?.end()
    session = undefined
  }
  const ask = (question: string) => {
    if (session === undefined || session.ended()) session = startSession(git, options)
    clearTimeout(idle)
    idle = setTimeout(close, idleMs)
    idle.unref()
    return session.ask(question)
  }
  return { ask, close }
}

type Waiter<T> = {
  readonly question: string
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}
type Session<T> = {
  readonly ask: (question: string) => Promise<T>
  readonly end: () => void
  readonly ended: () => boolean
}

function startSession<T>(git: GitRunner, { cwd, env, args, readAnswer }: Options<T>): Session<T> {
  const child = git.open(args, { cwd, env })
  const waiters: Waiter<T>[] = []
  let over = false
  // The child is gone, or its answers make no sense: who waits is told, and the next question starts another.
  const fail = (cause?: unknown) => {
    over = true
    child.kill()
    const message = `${cwd}: git ${args[0] ?? ''} ended.`
    const error = new AppError('GIT_FAILED', { message, retryable: true, cause })
    for (const waiter of waiters.splice(0)) waiter.reject(error)
  }
  child.closed.catch(fail)
  child.stderr.resume()
  const write = createWriter(child.stdin)
  const reader = createByteReader(child.stdout as AsyncIterable<Buffer>)
  void pump(reader, waiters, readAnswer).then(() => fail(), fail)
  return {
    ended: () => over,
    end: () => child.stdin.end(),
    ask: async (question) => {
      // A process with nothing left to do may end while its reader idles; one that waits for an answer may not.
      child.hold(true)
      try {
        return await new Promise<T>((resolve, reject) => {
          waiters.push({ question, resolve, reject })
          write(question)
        })
      } finally {
        if (waiters.length === 0) child.hold(false)
      }
    },
  }
}

/** Questions of one turn go out in one write: each write costs a system call and wakes git. */
function createWriter(stdin: Writable): (line: string) => void {
  let asked = ''
  return (line) => {
    if (asked === '')
      queueMicrotask(() => {
        stdin.write(asked)
        asked = ''
      })
    asked += `${line}\n`
  }
}

async function pump<T>(
  reader: ByteReader,
  waiters: Waiter<T>[],
  readAnswer: Options<T>['readAnswer'],
): Promise<void> {
  for (;;) {
    const answer = await readAnswer(reader, () => waiters[0]?.question)
    if (answer === undefined) return
    const waiter = waiters.shift()
    if ('error' in answer) waiter?.reject(answer.error)
    else waiter?.resolve(answer.value)
  }
}
