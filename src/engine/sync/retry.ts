import { AppError } from '#contract'
import { pause } from './clock.ts'
import type { Clock } from './sync.ts'

const firstPauseMs = 250
const longestPauseMs = 5_000
/** How long an API server may be away in the middle of a sync before it is given up. */
const outageMs = 120_000

/**
 * Tries again while the failure may pass (the server is away or asks to wait). Only for requests that may be repeated: reads, applies,
 * deletes pinned to a uid, writes guarded by resourceVersion.
 */
export async function retrying<T>(
  options: { readonly clock: Clock; readonly signal?: AbortSignal | undefined; readonly patienceMs?: number },
  request: () => Promise<T>,
): Promise<T> {
  const until = options.clock.now() + (options.patienceMs ?? outageMs)
  let pauseMs = firstPauseMs
  for (;;) {
    try {
      return await request()
    } catch (error) {
      const retryable = error instanceof AppError && error.retryable
      if (!retryable || options.signal?.aborted === true || options.clock.now() >= until) throw error
      const asked = error.data?.retryAfterSeconds
      await pause(options.clock, typeof asked === 'number' ? asked * 1000 : pauseMs, options.signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
}
