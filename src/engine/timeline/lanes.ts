/** Work that comes as it is found, some of it at once. */
export type Lanes = {
  /** There is more to take, or nothing more will come. */
  readonly wake: () => void
  /** Ends `run` and `until` with this error, once what is under way has been left alone. */
  readonly fail: (error: unknown) => void
  /** Settles when it holds, which is looked at after each `wake`. */
  readonly until: (holds: () => boolean) => Promise<void>
  /** Takes and works until nothing is left and `over` says that nothing more will come. */
  readonly run: (over: () => boolean) => Promise<void>
}

export function createLanes<T>(options: {
  readonly atOnce: number
  readonly take: () => T | undefined
  readonly work: (one: T) => Promise<void>
}): Lanes {
  let wake = () => {}
  const failures: unknown[] = []
  const running = new Set<Promise<void>>()
  const fail = (error: unknown) => {
    failures.push(error)
    wake()
  }
  const start = (one: T) => {
    const working: Promise<void> = options
      .work(one)
      .catch(fail)
      .finally(() => {
        running.delete(working)
        wake()
      })
    running.add(working)
  }
  const until = async (holds: () => boolean) => {
    for (;;) {
      if (failures.length > 0) throw failures[0]
      if (holds()) return
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  const fill = () => {
    while (running.size < options.atOnce) {
      const next = options.take()
      if (next === undefined) return
      start(next)
    }
  }
  return {
    wake: () => wake(),
    fail,
    until,
    run: (over) =>
      until(() => {
        fill()
        return running.size === 0 && over()
      }),
  }
}
