/** Time as the room sees it: tests bring their own, so that nothing has to wait. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Calls back after a time; gives the function that cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void
  /** 0..1, for jitter. */
  readonly random: () => number
}

export function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms)
  return () => clearTimeout(timer)
}

export function isoTime(clock: Clock, inMs = 0): string {
  return new Date(clock.now() + inMs).toISOString()
}

/** Full jitter between half and the whole of a doubling delay: many watches of one outage must not come back together. */
export function backoffMs(clock: Clock, attempt: number, limits = { firstMs: 500, lastMs: 30_000 }): number {
  const whole = Math.min(limits.lastMs, limits.firstMs * 2 ** Math.min(attempt, 16))
  return Math.round(whole / 2 + (whole / 2) * clock.random())
}

/** Calls back with the time over, or false as soon as it is cancelled by the signal. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false)
    const cancelled = () => {
      stop()
      resolve(false)
    }
    const stop = clock.after(ms, () => {
      signal.removeEventListener('abort', cancelled)
      resolve(true)
    })
    signal.addEventListener('abort', cancelled, { once: true })
  })
}
