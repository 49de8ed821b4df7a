import { once } from 'node:events'
import { AppError } from '#contract'
import type { Commit, Oid } from '#contract'
import { spawnPiped } from '../process/index.ts'
import { commitFormat, parseCommit } from './commit.ts'
import { toGitError } from './errors.ts'
import type { GitRunner } from './runner.ts'

export type LogRequest = {
  readonly tip: Oid
  /** Commits that touch any of these; more than one turns Bloom filters off before git 2.51. */
  readonly paths?: readonly string[]
  /** A merge counts as one commit that brings what differs from its first parent. */
  readonly firstParent: boolean
  /** Leaves out commits reachable from here. */
  readonly except?: Oid
  /** With the same tip, pages are stable. */
  readonly skip?: number
  readonly limit?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Streams commits, newest first. A slow reader pauses git by the pipe's back-pressure; leaving the loop ends git. `CANCELLED` when the signal
 * cuts it short: a part is never taken for the whole.
 */
export async function* readLog(git: GitRunner, cwd: string, request: LogRequest): AsyncGenerator<Commit> {
  const { signal } = request
  const args = argsOf(request)
  if (aborted(signal)) throw cancelled()
  const [command, argv] = git.command(args, 'read')
  const startedAt = new Date()
  const child = spawnPiped(command, argv, { cwd, env: git.environment({}) })
  const abort = () => child.kill()
  signal?.addEventListener('abort', abort, { once: true })
  const closed = once(child, 'close') as Promise<[number | null]>
  // Awaited only after the output: a git that cannot be started must not be an unheard rejection until then.
  closed.catch(() => undefined)
  const stderr: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  try {
    yield* split(child.stdout as AsyncIterable<Buffer>)
    const exitCode = await closed.then(([code]) => code, missing)
    if (aborted(signal)) throw cancelled()
    git.report(args, startedAt, exitCode)
    const text = Buffer.concat(stderr).toString()
    if (exitCode !== 0)
      throw toGitError(args, { exitCode: exitCode ?? undefined, stderr: text, end: 'exit' }, cwd)
  } finally {
    signal?.removeEventListener('abort', abort)
    child.kill()
  }
}

function argsOf(request: LogRequest): readonly string[] {
  return [
    'log',
    '-z',
    `--format=${commitFormat}`,
    '--no-show-signature',
    '--no-notes',
    ...(request.firstParent ? ['--first-parent'] : []),
    ...(request.skip === undefined ? [] : [`--skip=${request.skip}`]),
    ...(request.limit === undefined ? [] : [`--max-count=${request.limit}`]),
    request.tip,
    ...(request.except === undefined ? [] : [`^${request.except}`]),
    '--',
    ...(request.paths ?? []),
  ]
}

async function* split(stdout: AsyncIterable<Buffer>): AsyncGenerator<Commit> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stdout) {
    const records = (rest + decoder.decode(chunk, { stream: true })).split('\0')
    rest = records.pop() ?? ''
    for (const record of records) yield parseCommit(record)
  }
  if (rest !== '') yield parseCommit(rest)
}

// A function, so that the compiler does not take the first answer for the last.
function aborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function cancelled(): AppError {
  return new AppError('CANCELLED', { message: 'git log was cancelled.' })
}

function missing(cause: unknown): never {
  throw new AppError('GIT_MISSING', { message: 'git could not be started.', action: 'open-doctor', cause })
}
