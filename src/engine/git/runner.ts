import { AppError } from '#contract'
import type { CommandRun } from '#contract'
import { run } from '../process/index.ts'
import type { RunResult } from '../process/index.ts'
import { toGitError } from './errors.ts'

export type RunnerOptions = {
  readonly gitPath: string
  /** The operator's environment (login shell); inherited GIT_* variables are dropped. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly onRun?: ((run: CommandRun) => void) | undefined
}

export type GitCall = {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number
  readonly maxBytes?: number
  /** Exit codes that are answers and no errors; `[0]` unless told. */
  readonly expect?: readonly number[]
  /** `write` runs the user's hooks and takes locks; everything else is `read`; `network` may use remotes. */
  readonly mode?: 'read' | 'write' | 'network'
}

export type GitRunner = {
  readonly run: (args: readonly string[], call: GitCall) => Promise<RunResult>
  /** Standard output as text, without the final line break. */
  readonly text: (args: readonly string[], call: GitCall) => Promise<string>
  readonly environment: (call: Pick<GitCall, 'env' | 'mode'>) => Readonly<Record<string, string>>
  readonly command: (args: readonly string[], mode: GitCall['mode']) => readonly [string, readonly string[]]
}

const localTimeoutMs = 120_000

/** The one function that runs git: everything it is started with is decided here (git.md, "Always"). */
export function createRunner(options: RunnerOptions): GitRunner {
  const inherited = withoutGit(options.env)
  const environment = (call: Pick<GitCall, 'env' | 'mode'>) => ({
    ...inherited,
    LC_ALL: 'C',
    TERM: 'dumb',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    // No prompt of any helper: a background fetch that asks would hang unseen.
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    SSH_ASKPASS_REQUIRE: 'force',
    GCM_INTERACTIVE: 'never',
    ...(call.mode === 'write' ? {} : { GIT_OPTIONAL_LOCKS: '0' }),
    ...call.env,
  })
  const command = (args: readonly string[], mode: GitCall['mode']) =>
    [options.gitPath, [...(mode === 'write' ? writeFlags : readFlags), ...args]] as const
  const runGit = async (args: readonly string[], call: GitCall) => {
    const [file, argv] = command(args, call.mode)
    const result = await run(file, argv, {
      cwd: call.cwd,
      env: environment(call),
      ...(call.input === undefined ? {} : { input: call.input }),
      signal: call.signal,
      timeoutMs: call.timeoutMs ?? localTimeoutMs,
      ...(call.maxBytes === undefined ? {} : { maxBytes: call.maxBytes }),
      onRun: options.onRun,
    })
    const expected = call.expect ?? [0]
    if (result.exitCode === undefined || !expected.includes(result.exitCode))
      throw toGitError(args, result, call.cwd)
    return result
  }
  const text = async (args: readonly string[], call: GitCall) => {
    const { stdout } = await runGit(args, call)
    return new TextDecoder().decode(stdout).replace(/\r?\n$/, '')
  }
  return { run: runGit, text, environment, command }
}

/** Reading never runs what a repository's configuration names. */
const readFlags = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'log.showSignature=false',
  '-c',
  'log.follow=false',
  '-c',
  'diff.external=',
]
const writeFlags = ['-c', 'core.fsmonitor=false', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false']

function withoutGit(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => {
    const [name, value] = entry
    return value !== undefined && (!name.startsWith('GIT_') || keptVariables.has(name))
  })
  return Object.fromEntries(kept)
}

/** Where configuration and the network are found is the operator's business; what repository is meant is ours. */
const keptVariables = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_EXEC_PATH',
  'GIT_SSL_CAINFO',
  'GIT_PROXY_COMMAND',
])

/** `git version 2.39.5 (Apple Git-154)` -> [2, 39]. Throws `GIT_TOO_OLD` below 2.25. */
export function parseVersion(text: string): readonly [number, number] {
  const match = /(\d+)\.(\d+)/.exec(text)
  const version = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)] as const
  if (!atLeast(version, [2, 25]))
    throw new AppError('GIT_TOO_OLD', {
      message: `git ${version.join('.')} is older than 2.25.`,
      action: 'open-doctor',
    })
  return version
}

export function atLeast(version: readonly [number, number], wanted: readonly [number, number]): boolean {
  return version[0] > wanted[0] || (version[0] === wanted[0] && version[1] >= wanted[1])
}
