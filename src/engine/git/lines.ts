import { AppError } from '#contract'
import { toGitError } from './errors.ts'
import type { GitRunner } from './runner.ts'

type Options = {
  readonly env: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** A line break unless told. */
  readonly separator?: string
}

/**
 * Streams what a reading git command prints, record by record. A slow reader pauses git by the pipe's back-pressure; leaving the loop ends it.
 * `CANCELLED` when the signal cuts it short, `GIT_MISSING`.
 */
export async function* readLines(
  git: GitRunner,
  cwd: string,
  args: readonly string[],
  { env, signal, separator = '\n' }: Options,
): AsyncGenerator<string> {
  if (aborted(signal)) throw cancelled(args)
  const startedAt = new Date()
  const child = git.open(args, { cwd, env })
  const abort = () => child.kill()
  signal?.addEventListener('abort', abort, { once: true })
  const stderr: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  try {
    yield* split(child.stdout as AsyncIterable<Buffer>, separator)
    const exitCode = await child.closed.catch(missing)
    if (aborted(signal)) throw cancelled(args)
    git.report(args, startedAt, exitCode)
    const text = Buffer.concat(stderr).toString()
    if (exitCode !== 0)
      throw toGitError(
        args,
        { exitCode: exitCode ?? undefined, stderr: text, end: exitCode === null ? 'signal' : 'exit' },
        cwd,
      )
  } finally {
    signal?.removeEventListener('abort', abort)
    child.kill()
  }
}

async function* split(stdout: AsyncIterable<Buffer>, separator: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stdout) {
    const records = (rest + decoder.decode(chunk, { stream: true })).split(separator)
    rest = records.pop() ?? ''
    yield* records
  }
  if (rest !== '') yield rest
}

// A function, so that the compiler does not take the first answer for the last.
function aborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function cancelled(args: readonly string[]): AppError {
  return new AppError('CANCELLED', { message: `git ${args[0] ?? ''} was cancelled.` })
}

function missing(cause: unknown): never {
  throw new AppError('GIT_MISSING', {
    message: 'git could not be started.',
    action: 'open-doctor',
    retryable: true,
    cause,
  })
}
