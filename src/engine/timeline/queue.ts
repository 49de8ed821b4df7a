/** Values from one side, awaited on the other, in order; unbounded, since what is put in is bounded by the request. One reader. */
export type Queue<T> = {
  readonly push: (value: T) => void
  readonly end: () => void
  readonly fail: (error: unknown) => void
  readonly read: () => AsyncGenerator<T>
  /** Settles when so many values were put in, or no more will be. */
  readonly reached: (count: number) => Promise<void>
  /** Values that wait, the next first. */
  readonly ahead: (count: number) => readonly T[]
}

export function createQueue<T>(): Queue<T> {
  const values: T[] = []
  let ended: { readonly error?: unknown } | undefined
  let wake = () => {}
  let pushed = 0
  const awaited: { readonly count: number; readonly resolve: () => void }[] = []
  const tell = () => {
    for (const { count, resolve } of awaited) if (pushed >= count || ended !== undefined) resolve()
  }
  const close = (how: { readonly error?: unknown }) => {
    ended ??= how
    wake()
    tell()
  }
  return {
    push: (value) => {
      if (ended === undefined) values.push(value)
      pushed += 1
      wake()
      tell()
    },
    end: () => close({}),
    fail: (error) => close({ error }),
    read: async function* () {
      for (;;) {
        // Taken one by one: the reader may ask for what waits behind the value it holds.
        while (values.length > 0) yield values.shift() as T
        if (ended !== undefined) {
          if ('error' in ended) throw ended.error
          return
        }
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    reached: (count) =>
      new Promise((resolve) => {
        awaited.push({ count, resolve })
        tell()
      }),
    ahead: (count) => values.slice(0, count),
  }
}
