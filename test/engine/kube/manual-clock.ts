/** Time that moves only when a test says so. */
export type ManualClock = {
  readonly now: () => number
  readonly after: (ms: number, callback: () => void) => () => void
  readonly random: () => number
  /** Moves on and calls back what is due, in order. */
  readonly advance: (ms: number) => void
  /** Resolves as soon as something waits for a time between the two (ms from now); answers with it. */
  readonly waited: (between: { readonly from: number; readonly to: number }) => Promise<number>
}

export function manualClock(start = Date.parse('2026-01-01T00:00:00Z')): ManualClock {
  let now = start
  let timers: { readonly at: number; readonly callback: () => void }[] = []
  let watchers: (() => void)[] = []
  return {
    now: () => now,
    random: () => 0.5,
    after: (ms, callback) => {
      const timer = { at: now + ms, callback }
      timers.push(timer)
      for (const watcher of watchers) watcher()
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    advance: (ms) => {
      const end = now + ms
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers = timers.filter((one) => one !== due)
        now = Math.max(now, due.at)
        due.callback()
      }
      now = end
    },
    waited: ({ from, to }) =>
      new Promise((resolve) => {
        function look(): void {
          const found = timers.map((timer) => timer.at - now).find((ms) => ms >= from && ms <= to)
          if (found === undefined) return
          watchers = watchers.filter((one) => one !== look)
          resolve(found)
        }
        watchers.push(look)
        look()
      }),
  }
}
