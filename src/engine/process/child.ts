import { existsSync } from 'node:fs'
import { execa } from 'execa'

export type ChildOptions = {
  readonly cwd?: string
  /** The whole environment of the child: nothing is inherited that is not in here. */
  readonly env: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number
  /** Bytes of each output that are read before the child is ended; 64 MiB unless told. */
  readonly maxBytes?: number
  /** Hears what the child says on its standard error, as it comes. */
  readonly onStderr?: ((text: string) => void) | undefined
}

/** A failure has the shape of a result: callers decide which exit codes they expect. */
export type RunResult = {
  readonly exitCode: number | undefined
  readonly stdout: Uint8Array
  /** What the child said, or, where it could not be started, what the system said. */
  readonly stderr: string
  readonly durationMs: number
  /** `missing`: no such executable. `no-folder`: no such `cwd`. `unstarted`: the system refused (memory, processes, argument length). */
  readonly end:
    'exit' | 'timeout' | 'cancelled' | 'too-large' | 'missing' | 'no-folder' | 'unstarted' | 'signal'
}

export type RunChild = (command: string, args: readonly string[], options: ChildOptions) => Promise<RunResult>

const defaultMaxBytes = 64 * 1024 * 1024
const killAfterMs = 3_000

/**
 * Starts one child from this process and waits for its end. A cancel, a time-out and too much output send SIGTERM, then SIGKILL after three
 * seconds. It never throws. Nothing of the app is imported here: the starter's process stays small by it.
 */
export const runChild: RunChild = async (command, args, options) => {
  const child = execa(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.env },
    extendEnv: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    encoding: 'buffer',
    maxBuffer: options.maxBytes ?? defaultMaxBytes,
    forceKillAfterDelay: killAfterMs,
    reject: false,
    stripFinalNewline: false,
    windowsHide: true,
  })
  if (child.stderr !== null) listen(child.stderr, options.onStderr)
  const result = await child
  const end = endOf(result, options.cwd)
  const stderr = new TextDecoder().decode(result.stderr ?? new Uint8Array())
  return {
    exitCode: result.exitCode,
    stdout: result.stdout ?? new Uint8Array(),
    stderr: stderr === '' && end === 'unstarted' ? (result.originalMessage ?? '') : stderr,
    durationMs: result.durationMs,
    end,
  }
}

function listen(output: NodeJS.ReadableStream, tell: ChildOptions['onStderr']): void {
  if (tell === undefined) return
  const decoder = new TextDecoder()
  output.on('data', (chunk: Uint8Array) => tell(decoder.decode(chunk, { stream: true })))
}

type Ending = {
  readonly isCanceled: boolean
  readonly timedOut: boolean
  readonly isMaxBuffer: boolean
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  readonly code?: string | undefined
}

/** A child that could not be started has a code of the system: ENOENT is said of a missing folder and of a missing executable alike. */
function endOf(result: Ending, cwd: string | undefined): RunResult['end'] {
  if (result.isCanceled) return 'cancelled'
  if (result.timedOut) return 'timeout'
  if (result.isMaxBuffer) return 'too-large'
  if (result.exitCode !== undefined) return 'exit'
  if (result.signal !== undefined) return 'signal'
  if (cwd !== undefined && !existsSync(cwd)) return 'no-folder'
  return result.code === 'ENOENT' || result.code === 'EACCES' ? 'missing' : 'unstarted'
}
