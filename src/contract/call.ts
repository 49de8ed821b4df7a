import type { z } from 'zod'

/** A call that reads; may be repeated. */
export type Query<I extends z.ZodType, O extends z.ZodType> = {
  readonly kind: 'query'
  readonly input: I
  readonly output: O
}
/** A call that changes something; never repeated by itself. */
export type Command<I extends z.ZodType, O extends z.ZodType> = {
  readonly kind: 'command'
  readonly input: I
  readonly output: O
}
/** A call that gives items until it ends, is cancelled or fails; `output` is one item. */
export type Stream<I extends z.ZodType, O extends z.ZodType> = {
  readonly kind: 'stream'
  readonly input: I
  readonly output: O
}
export type Call = Query<z.ZodType, z.ZodType> | Command<z.ZodType, z.ZodType> | Stream<z.ZodType, z.ZodType>

export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Query<I, O> {
  return { kind: 'query', input, output }
}
export function command<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Command<I, O> {
  return { kind: 'command', input, output }
}
export function stream<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Stream<I, O> {
  return { kind: 'stream', input, output }
}
