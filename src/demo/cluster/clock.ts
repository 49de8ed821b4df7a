/** Time as the cluster sees it: tests put in their own. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Runs once, later; answers with what calls it off. */
  readonly after: (ms: number, work: () => void) => () => void
}

const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: Date.now,
  after: (ms, work) => {
    const timer = setTimeout(work, Math.min(Math.max(ms, 0), longestTimerMs))
    return () => clearTimeout(timer)
  },
}

/** As the API server writes times: whole seconds. */
export function toTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
