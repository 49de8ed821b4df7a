import { AppError } from '#contract'
import type { CommandRun } from '#contract'
import { runChild } from './child.ts'
import type { ChildOptions, RunChild, RunResult } from './child.ts'
import { withoutCredentials } from './credentials.ts'

export type RunOptions = ChildOptions & {
  /** Hears about every finished command, without credentials: for the activity list. */
  readonly onRun?: ((run: CommandRun) => void) | undefined
}

/**
 * Runs one program to its end and puts it on record; with `piped.ts` and `detached.ts` the only place that starts any. `start`: who starts
 * it, this process unless told (see starter.ts). Throws only `CANCELLED` before the start.
 */
export async function run(
  command: string,
  args: readonly string[],
  { onRun, ...options }: RunOptions,
  start: RunChild = runChild,
): Promise<RunResult> {
  if (options.signal?.aborted === true)
    throw new AppError('CANCELLED', { message: `${command} was not started: cancelled.` })
  const startedAt = new Date()
  const result = await start(command, args, options)
  onRun?.({
    command: withoutCredentials([command, ...args]),
    at: startedAt.toISOString(),
    durationMs: Math.round(result.durationMs),
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
  })
  return result
}
