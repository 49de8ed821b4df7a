import type { Commit, Oid } from '#contract'
import { commitFormat, parseCommit } from './commit.ts'
import { readLines } from './lines.ts'
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
 * cuts it short: a part is never taken for the whole. `env`: where the commit-graph is.
 */
export async function* readLog(
  git: GitRunner,
  cwd: string,
  request: LogRequest,
  env: Readonly<Record<string, string>> = {},
): AsyncGenerator<Commit> {
  const records = readLines(git, cwd, argsOf(request), { env, signal: request.signal, separator: '\0' })
  for await (const record of records) yield parseCommit(record)
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
