import { once } from 'node:events'
import type { Commit, Oid } from '#contract'
import { spawnPiped } from '../process/index.ts'
import { commitFormat, parseCommit } from './commit.ts'
import { toGitError } from './errors.ts'
import type { GitRunner } from './runner.ts'

export type LogRequest = {
  readonly tip: Oid
  /** Commits that touch any of these; more than one turns Bloom filters off before git 2.51. */
  readonly paths?: readonly string[]
  readonly firstParent: boolean
  /** Leaves out commits reachable from here. */
  readonly except?: Oid
  readonly signal?: AbortSignal | undefined
}

/** Streams commits, newest first. A slow reader pauses git by the pipe's back-pressure; leaving the loop ends git. */
export async function* readLog(git: GitRunner, cwd: string, request: LogRequest): AsyncGenerator<Commit> {
  const paths = request.paths ?? []
  const range = request.except === undefined ? [request.tip] : [request.tip, `^${request.except}`]
  const args = [
    'log',
    '-z',
    `--format=${commitFormat}`,
    // A merge that brings a change to these paths counts as one commit of the first parent's line.
    ...(request.firstParent ? ['--first-parent', '--diff-merges=first-parent'] : []),
    ...range,
    '--',
    ...paths,
  ]
  const [command, argv] = git.command(args, 'read')
  const child = spawnPiped(command, argv, { cwd, env: git.environment({}) })
  const abort = () => child.kill()
  request.signal?.addEventListener('abort', abort, { once: true })
  const closed = once(child, 'close') as Promise<[number | null]>
  const stderr: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  try {
    yield* split(child.stdout)
    const [code] = await closed
    if (code !== 0 && request.signal?.aborted !== true)
      throw failed(args, code, Buffer.concat(stderr).toString(), cwd)
  } finally {
    request.signal?.removeEventListener('abort', abort)
    child.kill()
  }
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

function failed(args: readonly string[], exitCode: number | null, stderr: string, cwd: string): Error {
  const result = {
    exitCode: exitCode ?? undefined,
    stdout: new Uint8Array(),
    stderr,
    durationMs: 0,
    end: 'exit' as const,
  }
  return toGitError(args, result, cwd)
}
