import type { z } from 'zod'
import { AppError, toFailure } from './errors.ts'
import type { AppErrorOptions, Failure } from './errors.ts'
import type { ErrorCode } from './error-text.ts'
import { DownFrame } from './frames.ts'
import type { UpFrame } from './frames.ts'
import type { CallsOf, CallTable, CancelSignal, Pipe, StreamsOf } from './pipe.ts'
import { createReader } from './reader.ts'

export type CallOptions = { readonly signal?: CancelSignal | undefined }

/** The typed client of a table of calls. What fails throws `CallError`. */
export type Client<A extends CallTable> = {
  /** CANCELLED as soon as `signal` aborts, UNAVAILABLE when the pipe closes; whether a command was carried out is then not known. */
  readonly call: <N extends CallsOf<A>>(
    name: N,
    input: z.input<A[N]['input']>,
    options?: CallOptions,
  ) => Promise<z.output<A[N]['output']>>
  /** Begins when it is first iterated, anew for each iteration. `break` and `signal` cancel it; a slow reader slows the producer. */
  readonly stream: <N extends StreamsOf<A>>(
    name: N,
    input: z.input<A[N]['input']>,
    options?: CallOptions,
  ) => AsyncIterable<z.output<A[N]['output']>>
}

/** A Failure as something to throw: what a client's call or stream fails with. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }

  get code(): string {
    return this.failure.code
  }
}

/** One begun call at the client's end: what to do with each frame that answers it. */
export type Pending = {
  readonly onFrame: (frame: DownFrame) => void
  readonly onFailure: (error: CallError) => void
}
/** Begins a call and gives the ways to speak about it further. */
export type Begin = (
  call: {
    readonly name: string
    readonly input: unknown
    readonly credit?: number
    readonly signal: CancelSignal | undefined
  },
  pending: Pending,
) => { readonly grant: (credit: number) => void; readonly cancel: () => void }

/** The client's end of the protocol. One pipe has one client; it stays usable when the pipe opens itself again. */
export function connect<A extends CallTable>(table: A, pipe: Pipe): Client<A> {
  const begin = createCalls(pipe)
  const check = (name: string, isStream: boolean) => {
    if (Object.hasOwn(table, name) && (table[name]?.kind === 'stream') === isStream) return
    throw toCallError('BAD_REQUEST', { message: `There is no ${isStream ? 'stream' : 'call'} ${name}.` })
  }
  return {
    call: async (name, input, options) => {
      check(name, false)
      return new Promise((resolve, reject) => {
        begin(
          { name, input, signal: options?.signal },
          {
            onFrame: (frame) => {
              if (frame.type === 'ok') resolve(frame.output as never)
              else reject(toCallError('INTERNAL', { message: `${name} was answered as a stream.` }))
            },
            onFailure: reject,
          },
        )
      })
    },
    stream: (name, input, options) => {
      check(name, true)
      return {
        [Symbol.asyncIterator]: () => createReader(begin, { name, input, signal: options?.signal }) as never,
      }
    },
  }
}

function createCalls(pipe: Pipe): Begin {
  const pending = new Map<number, Pending>()
  let lastId = 0
  pipe.onFrame((raw) => {
    const frame = readFrame(raw)
    if (frame === undefined) return
    const one = pending.get(frame.id)
    if (frame.type !== 'item') pending.delete(frame.id)
    if (frame.type === 'err') one?.onFailure(new CallError(frame.failure))
    else one?.onFrame(frame)
  })
  pipe.onClose(() => {
    const lost = [...pending.values()]
    pending.clear()
    const error = toCallError('UNAVAILABLE', {
      message: `${pipe.peer} has closed the connection.`,
      action: 'retry',
      retryable: true,
    })
    for (const one of lost) one.onFailure(error)
  })
  return ({ signal, ...call }, one) => {
    const id = ++lastId
    const cancel = (error?: CallError) => {
      if (!pending.delete(id)) return
      trySend(pipe, { type: 'cancel', id })
      if (error !== undefined) one.onFailure(error)
    }
    const onAbort = () => cancel(cancelledError(call.name))
    const forget = () => signal?.removeEventListener('abort', onAbort)
    if (signal?.aborted === true) {
      one.onFailure(cancelledError(call.name))
      return { grant: () => undefined, cancel: () => undefined }
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    pending.set(id, {
      onFrame: (frame) => {
        if (frame.type !== 'item') forget()
        one.onFrame(frame)
      },
      onFailure: (error) => {
        forget()
        one.onFailure(error)
      },
    })
    const failed = trySend(pipe, { type: 'call', id, ...call })
    if (failed !== undefined && pending.delete(id)) {
      forget()
      one.onFailure(failed)
    }
    return {
      grant: (credit) => void (pending.has(id) && trySend(pipe, { type: 'credit', id, credit })),
      cancel: () => {
        forget()
        cancel()
      },
    }
  }
}

/** An unreadable answer fails its call, so that nobody waits for ever; one without a call to answer is dropped. */
function readFrame(raw: unknown): DownFrame | undefined {
  const parsed = DownFrame.safeParse(raw)
  if (parsed.success) return parsed.data
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined
  if (typeof id !== 'number') return undefined
  const error = new AppError('BAD_REQUEST', { message: 'The answer cannot be read.' })
  return { type: 'err', id, failure: toFailure(error) }
}

/** A closed pipe fails the call, it does not throw into whoever reads or cancels. */
function trySend(pipe: Pipe, frame: UpFrame): CallError | undefined {
  try {
    pipe.send(frame)
    return undefined
  } catch (error) {
    return new CallError(toFailure(error))
  }
}

function cancelledError(name: string): CallError {
  return toCallError('CANCELLED', { message: `${name} was cancelled.` })
}

function toCallError(code: ErrorCode, options: AppErrorOptions): CallError {
  return new CallError(toFailure(new AppError(code, options)))
}
