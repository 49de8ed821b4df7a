export type BackOff = {
  /** Seconds between two tries while all is well. */
  readonly usualMs: number
  /** Tries that failed since the last that did not. */
  readonly failures: number
  /** 0 to 1, given in: many windows must not come back to one remote at the same moment. */
  readonly random: number
}

const longestMs = 30 * 60_000
const jitter = 0.2

/**
 * How long a background fetch waits: the usual pause, doubled by every failure up to half an hour (or the usual pause, where that is longer),
 * and up to a fifth longer by chance.
 */
export function pauseBeforeFetch({ usualMs, failures, random }: BackOff): number {
  const doubled = usualMs * 2 ** Math.min(failures, 20)
  const pauseMs = Math.min(doubled, Math.max(longestMs, usualMs))
  return Math.round(pauseMs * (1 + jitter * Math.min(Math.max(random, 0), 1)))
}
