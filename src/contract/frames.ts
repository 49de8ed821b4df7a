import { z } from 'zod'
import { Failure } from './errors.ts'

/** Chosen by the client, used once per pipe. */
const id = z.number().int().nonnegative()
/** Items that the reader is ready for, on top of what it has granted before. */
const credit = z.number().int().positive()

/** Client to server. `credit` of a `call` is the first window of a stream. */
export const UpFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id, name: z.string(), input: z.unknown(), credit: credit.optional() }),
  z.object({ type: z.literal('cancel'), id }),
  z.object({ type: z.literal('credit'), id, credit }),
])
export type UpFrame = z.infer<typeof UpFrame>

/** Server to client: `ok` and `err` end a call, `end` and `err` end a stream. Errors are data. */
export const DownFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ok'), id, output: z.unknown() }),
  z.object({ type: z.literal('item'), id, item: z.unknown() }),
  z.object({ type: z.literal('end'), id }),
  z.object({ type: z.literal('err'), id, failure: Failure }),
])
export type DownFrame = z.infer<typeof DownFrame>
