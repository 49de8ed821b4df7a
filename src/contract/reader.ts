import type { Begin, CallError } from './connect.ts'
import type { CancelSignal } from './pipe.ts'

/** Items on the way to a reader at most; half of it is granted anew each time that half is read. */
const streamWindow = 32
const grantEvery = streamWindow / 2

type Waiting = {
  readonly resolve: (result: IteratorResult<unknown, undefined>) => void
  readonly reject: (error: CallError) => void
}

/** The reading end of one stream: what has arrived waits here until it is asked for, and only then is more granted. */
export function createReader(
  begin: Begin,
  call: { readonly name: string; readonly input: unknown; readonly signal: CancelSignal | undefined },
): AsyncIterator<unknown, undefined> {
  const items: unknown[] = []
  const waiting: Waiting[] = []
  let end: { readonly error?: CallError } | undefined
  let read = 0

  const finish = (how: { readonly error?: CallError }) => {
    end ??= how
    for (const one of waiting.splice(0)) settle(one)
  }
  const settle = (one: Waiting) => {
    if (end?.error === undefined) return one.resolve({ done: true, value: undefined })
    const { error } = end
    // Said once; after it the iteration is simply over.
    end = {}
    return one.reject(error)
  }
  const begun = begin(
    { ...call, credit: streamWindow },
    {
      onFrame: (frame) => {
        if (frame.type !== 'item') return finish({})
        const one = waiting.shift()
        if (one === undefined) items.push(frame.item)
        else give(one, frame.item)
      },
      onFailure: (error) => {
        // Who gave it up wants no more of it; any other end comes after what had arrived.
        if (error.code === 'CANCELLED') items.length = 0
        finish({ error })
      },
    },
  )
  const give = (one: Waiting, value: unknown) => {
    read += 1
    if (read % grantEvery === 0 && end === undefined) begun.grant(grantEvery)
    one.resolve({ done: false, value })
  }
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const one = { resolve, reject }
        if (items.length > 0) give(one, items.shift())
        else if (end !== undefined) settle(one)
        else waiting.push(one)
      }),
    return: async () => {
      items.length = 0
      begun.cancel()
      finish({})
      end = {}
      return { done: true, value: undefined }
    },
  }
}
