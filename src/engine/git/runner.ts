import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#contract'
import type { CommandRun, TransferProgress } from '#contract'
import { parseProgress } from '#core'
import { openPiped, run, withoutCredentials } from '../process/index.ts'
import type { Piped, RunResult, Starter } from '../process/index.ts'
import { gitEnvironment, gitFlags } from './environment.ts'
import type { GitMode } from './environment.ts'
import { toGitError } from './errors.ts'
import { takesLocks } from './left-locks.ts'
import type { LeftLocks } from './left-locks.ts'
import type { LockTakers } from './lock-takers.ts'

export type RunnerOptions = {
  readonly gitPath: string
  /** The operator's environment (login shell); inherited GIT_* variables are dropped. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly onRun?: ((run: CommandRun) => void) | undefined
  /** How long to wait before a locked repository is tried again; tests put their own in. */
  readonly delay?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined
  /** Who starts what may be started twice; this process without it. */
  readonly starter?: Starter | undefined
  /** Without it nothing is ever asked. */
  readonly asker?: Asker | undefined
  /** Without it no lock is known for ours. */
  readonly locks?: { readonly takers: LockTakers; readonly left: LeftLocks } | undefined
}

/** What asks, as a person would name it (`git push origin`), and what for, where the program's own words do not say. */
export type Asking = { readonly command: string; readonly subject?: string | undefined }

/** Lets one run of git ask the operator. What it asks ends with `close`; a cancelled or late answer aborts `signal` with the reason. */
export type Asker = (
  order: Asking & {
    readonly cwd: string
    readonly signal?: AbortSignal | undefined
    readonly again: boolean
  },
) => Promise<{
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Somebody answered something. */
  readonly answered: () => boolean
  readonly close: () => Promise<void>
}>

type GitCall = {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number
  readonly maxBytes?: number
  /** Exit codes that are answers and no errors; `[0]` unless told. */
  readonly expect?: readonly number[]
  readonly mode?: GitMode
  /** Hears how far a transfer is; the arguments have `--progress`. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
  /** The operator waits for this run and may be asked. */
  readonly asks?: Asking
}

export type GitRunner = {
  /** Tries a lock that another process holds three times, then `GIT_BUSY`, or `GIT_LOCK_LEFT` where it is ours and dead. */
  readonly run: (args: readonly string[], call: GitCall) => Promise<RunResult>
  /** Standard output as text, without the final line break. */
  readonly text: (args: readonly string[], call: GitCall) => Promise<string>
  /** Starts a long-lived git that reads. */
  readonly open: (args: readonly string[], call: Pick<GitCall, 'cwd' | 'env'>) => Piped
  /** Puts a long-lived command on record once it has ended. */
  readonly report: (args: readonly string[], startedAt: Date, exitCode: number | null) => void
}

const localTimeoutMs = 120_000
/** A person needs time; each question ends by itself before that. */
const askingTimeoutMs = 900_000
const answerTries = 3
const busyTries = 3
const busyDelayMs = 300

/** The one function that runs git: everything it is started with is decided here and in `environment.ts`. */
export function createRunner(options: RunnerOptions): GitRunner {
  const environment = gitEnvironment(options.env)
  const delay = options.delay ?? sleep
  const command = (args: readonly string[], mode: GitMode) =>
    [options.gitPath, [...gitFlags(mode), ...args]] as const
  const runPlainly = async (args: readonly string[], call: GitCall) => {
    const [file, argv] = command(args, call.mode ?? 'read')
    const recorded = await putOnRecord(options, args, call)
    const order = {
      cwd: call.cwd,
      env: environment(call),
      ...(call.input === undefined ? {} : { input: call.input }),
      signal: call.signal,
      timeoutMs: call.timeoutMs ?? localTimeoutMs,
      ...(call.maxBytes === undefined ? {} : { maxBytes: call.maxBytes }),
      onRun: options.onRun,
      ...(call.onProgress === undefined ? {} : { onStderr: progressReader(call.onProgress) }),
    }
    const result = await run(file, argv, order, isRepeatable(call) ? options.starter?.run : undefined)
    await recorded?.(isKilled(result.end) ? 'killed' : 'ended')
    const expected = call.expect ?? [0]
    if (result.end !== 'exit' || result.exitCode === undefined || !expected.includes(result.exitCode))
      throw toGitError(args, result, call.cwd, call.env?.['GIT_OBJECT_DIRECTORY'])
    return result
  }
  const runAsking = async (args: readonly string[], call: GitCall, again: boolean) => {
    if (call.asks === undefined || options.asker === undefined) return runPlainly(args, call)
    const asking = await options.asker({ ...call.asks, cwd: call.cwd, signal: call.signal, again })
    try {
      return await runPlainly(args, {
        ...call,
        env: { ...asking.env, ...call.env },
        timeoutMs: (call.timeoutMs ?? localTimeoutMs) + askingTimeoutMs,
        signal: call.signal === undefined ? asking.signal : AbortSignal.any([call.signal, asking.signal]),
      })
    } catch (error) {
      if (asking.signal.aborted) throw asking.signal.reason
      throw asking.answered() && isRefusedAnswer(error) ? new AnswerRefused(error) : error
    } finally {
      await asking.close()
    }
  }
  const runOnce = async (args: readonly string[], call: GitCall) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await runAsking(args, call, attempt > 1)
      } catch (error) {
        if (!(error instanceof AnswerRefused)) throw error
        if (attempt === answerTries) throw error.cause
      }
    }
  }
  const runPatiently = async (args: readonly string[], call: GitCall) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await runOnce(args, call)
      } catch (error) {
        // git that finds a lock has done nothing yet: trying again is safe.
        if (!(error instanceof AppError) || error.code !== 'GIT_BUSY') throw error
        if (attempt === busyTries) throw (await options.locks?.left.explain(error)) ?? error
        await delay(busyDelayMs * attempt, call.signal)
      }
    }
  }
  const text = async (args: readonly string[], call: GitCall) => {
    const { stdout } = await runPatiently(args, call)
    return new TextDecoder().decode(stdout).replace(/\r?\n$/, '')
  }
  const open: GitRunner['open'] = (args, { cwd, env }) => {
    const start = options.starter?.open ?? openPiped
    return start(...command(args, 'read'), { cwd, env: environment(env === undefined ? {} : { env }) })
  }
  const report: GitRunner['report'] = (args, startedAt, exitCode) =>
    options.onRun?.({
      command: withoutCredentials(command(args, 'read').flat()),
      at: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      ...(exitCode === null ? {} : { exitCode }),
    })
  return { run: runPatiently, text, open, report }
}

/** What reads, or writes objects into a quarantine: done twice it is the same. All else has no process between it and us. */
function isRepeatable(call: GitCall): boolean {
  const reads = call.mode === undefined || call.mode === 'read'
  const apart = call.mode === 'write' && call.env?.['GIT_OBJECT_DIRECTORY'] !== undefined
  return call.asks === undefined && (reads || apart)
}

/** A private index has its lock beside itself, in a folder of ours. */
async function putOnRecord({ locks }: RunnerOptions, args: readonly string[], call: GitCall) {
  const inClone =
    call.mode !== undefined && call.mode !== 'read' && call.env?.['GIT_INDEX_FILE'] === undefined
  return inClone && takesLocks(args) ? locks?.takers.begin({ cwd: call.cwd, args }) : undefined
}

/** Git takes its locks away when it is asked to end; who was killed could not. */
function isKilled(end: RunResult['end']): boolean {
  return end === 'signal' || end === 'timeout' || end === 'cancelled' || end === 'too-large'
}

/** Git ends a line of progress by a carriage return, and a chunk may end anywhere. */
function progressReader(tell: (progress: TransferProgress) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = (rest + text).split(/[\r\n]/)
    rest = lines.pop() ?? ''
    const last = lines.map(parseProgress).findLast((progress) => progress !== undefined)
    if (last !== undefined) tell(last)
  }
}

/** What was typed was wrong: nothing was done with it, so the same may be asked again. */
class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused'
  constructor(cause: unknown) {
    super('The answer was refused.', { cause })
  }
}

function isRefusedAnswer(error: unknown): boolean {
  return (
    error instanceof AppError && (error.code === 'REMOTE_CREDENTIALS' || error.code === 'GIT_SIGNING_FAILED')
  )
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    throw new AppError('CANCELLED', { message: 'Cancelled while git was busy.', cause: error })
  }
}

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
