import type { z } from 'zod'
import type { Call } from './call.ts'

/**
 * A duplex line for frames: Electron IPC, a MessagePort, a WebSocket, memory. Frames arrive whole and in order, or the pipe closes.
 * What arrives is `unknown`: both ends of the protocol check it.
 */
export type Pipe = {
  /** Who is at the other end, for the log. */
  readonly peer: string
  /** Throws `UNAVAILABLE` when the pipe is closed. */
  readonly send: (frame: unknown) => void
  readonly onFrame: (listener: (frame: unknown) => void) => void
  /** Heard when either end closes. A pipe that opens itself again (a restarted engine) may say it more than once. */
  readonly onClose: (listener: () => void) => void
  readonly close: () => void
}

/** What the contract needs of an `AbortSignal`: it has neither Node's nor the browser's types. */
export type CancelSignal = {
  readonly aborted: boolean
  readonly addEventListener: (
    type: 'abort',
    listener: () => void,
    options?: { readonly once?: boolean },
  ) => void
  readonly removeEventListener: (type: 'abort', listener: () => void) => void
}

/** The real `AbortSignal` wherever the reader of this type has one, as in every room that has handlers. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : CancelSignal

/** What a handler is told beside its input. `signal` aborts on cancel and when the pipe closes. */
export type CallContext = { readonly signal: Signal }

/** A table of calls: `api`, or a smaller one in a test. */
export type CallTable = Readonly<Record<string, Call>>
export type CallsOf<A extends CallTable> = {
  [N in keyof A & string]: A[N]['kind'] extends 'stream' ? never : N
}[keyof A & string]
export type StreamsOf<A extends CallTable> = {
  [N in keyof A & string]: A[N]['kind'] extends 'stream' ? N : never
}[keyof A & string]

/** One function per call: queries and commands answer a promise, streams an async iterable that stops when `signal` aborts. */
export type Handlers<A extends CallTable> = {
  readonly [N in keyof A]: (
    input: z.output<A[N]['input']>,
    context: CallContext,
  ) => A[N]['kind'] extends 'stream'
    ? AsyncIterable<z.input<A[N]['output']>>
    : Promise<z.input<A[N]['output']>>
}
