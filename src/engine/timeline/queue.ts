/** Values from one side, awaited on the other, in order; unbounded, since what is put in is bounded by the request. One reader. */
export type Queue<T> = {
  readonly push: (value: T) => void
  readonly end: () => void
  readonly fail: (error: unknown) => void
  readonly read: () => AsyncGenerator<T>
}

export function createQueue<T>(): Queue<T> {
  const values: T[] = []
  let ended: { readonly error?: unknown } | undefined
  let wake = () => {}
  const close = (how: { readonly error?: unknown }) => {
    ended ??= how
    wake()
  }
  return {
    push: (value) => {
      if (ended === undefined) values.push(value)
      wake()
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
  }
}
