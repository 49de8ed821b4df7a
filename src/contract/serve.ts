import type { z } from 'zod'
import type { Call } from './call.ts'
import { AppError, assertNever, toFailure } from './errors.ts'
import type { Failure } from './errors.ts'
import { UpFrame } from './frames.ts'
import type { DownFrame } from './frames.ts'
import type { CallContext, CallTable, CancelSignal, Handlers, Pipe } from './pipe.ts'

/** A call as the log shows it. */
export type CallRef = { readonly id: number; readonly name: string }

export type ServeOptions = {
  /** What is wrong on this side alone: the cause of every INTERNAL, answers that break the contract, unreadable frames. */
  readonly onError: (error: unknown, call: CallRef | undefined) => void
  readonly onBegin?: (call: CallRef) => void
  /** Once per begun call. `failure` is undefined when it ended well, CANCELLED when the other side gave it up. */
  readonly onEnd?: (call: CallRef, failure: Failure | undefined) => void
  /** Calls at once on this pipe, given up ones that still run included; more are answered TOO_MANY_CALLS. 256 unless told. */
  readonly maxCalls?: number
}

type Abort = { readonly signal: CancelSignal; readonly abort: () => void }
type Handler = (input: unknown, context: CallContext) => Promise<unknown> | AsyncIterable<unknown>
type Running = CallRef & {
  readonly call: Call
  readonly handler: Handler
  readonly abort: Abort
  credit: number
  /** Wakes a stream that waits for credit. */
  wake: () => void
}
type Server = ServeOptions & {
  readonly table: CallTable
  readonly handlers: Readonly<Record<string, Handler>>
  readonly pipe: Pipe
  readonly running: Map<number, Running>
}

const defaultMaxCalls = 256
/** No reader is believed to be ready for more: production stays bounded whatever it says. */
const maxCredit = 1024
// Every runtime has it; the contract's own types know neither Node nor the browser.
const { AbortController } = globalThis as unknown as { readonly AbortController: new () => Abort }

/**
 * The server's end: parses frames and inputs, runs handlers, parses outputs (which drops what the contract does not name), answers
 * errors as data. Streams produce only what the reader has granted. A closed pipe aborts all of its calls.
 */
export function serve<A extends CallTable>(
  table: A,
  handlers: Handlers<A>,
  pipe: Pipe,
  options: ServeOptions,
): void {
  const server: Server = {
    ...options,
    table,
    handlers: handlers as unknown as Readonly<Record<string, Handler>>,
    pipe,
    running: new Map(),
  }
  pipe.onClose(() => {
    for (const one of server.running.values()) give(one)
  })
  pipe.onFrame((raw) => {
    const parsed = UpFrame.safeParse(raw)
    if (parsed.success) receive(server, parsed.data)
    else refuseUnreadable(server, raw, parsed.error)
  })
}

function receive(server: Server, frame: UpFrame): void {
  if (frame.type === 'call') return begin(server, frame)
  const one = server.running.get(frame.id)
  // Its end and this frame have crossed.
  if (one === undefined) return
  switch (frame.type) {
    case 'cancel':
      return give(one)
    case 'credit':
      one.credit = Math.min(one.credit + frame.credit, maxCredit)
      return one.wake()
    default:
      return assertNever(frame)
  }
}

function give(one: Running): void {
  one.abort.abort()
  one.wake()
}

function begin(server: Server, frame: UpFrame & { readonly type: 'call' }): void {
  const { id, name } = frame
  const call = Object.hasOwn(server.table, name) ? server.table[name] : undefined
  const handler = Object.hasOwn(server.handlers, name) ? server.handlers[name] : undefined
  const input = call?.input.safeParse(frame.input)
  if (call === undefined || handler === undefined || input === undefined)
    return refuse(server, id, badRequest(`There is no call ${JSON.stringify(name.slice(0, 80))}.`))
  if (server.running.has(id)) return refuse(server, id, badRequest(`${name}: call ${id} is running already.`))
  if (!input.success) return refuse(server, id, badInput(name, input.error))
  if (server.running.size >= (server.maxCalls ?? defaultMaxCalls))
    return refuse(
      server,
      id,
      new AppError('TOO_MANY_CALLS', {
        message: `${name} was not begun: ${server.running.size} calls are running.`,
        subject: name,
        retryable: true,
      }),
    )
  const credit = Math.min(frame.credit ?? 1, maxCredit)
  const one: Running = {
    id,
    name,
    call,
    handler,
    abort: new AbortController(),
    credit,
    wake: () => undefined,
  }
  server.running.set(id, one)
  server.onBegin?.(one)
  void run(server, one, input.data)
}

/** Never rejects: what goes wrong becomes a Failure, or is told to `onError` when it cannot be sent. */
async function run(server: Server, one: Running, input: unknown): Promise<void> {
  let failure: Failure | undefined
  try {
    await (one.call.kind === 'stream' ? runStream(server, one, input) : runCall(server, one, input))
  } catch (error) {
    failure = one.abort.signal.aborted ? undefined : toFailure(error)
    if (failure?.code === 'INTERNAL') server.onError(error, one)
    if (failure !== undefined) sendOrTell(server, { type: 'err', id: one.id, failure })
  }
  server.running.delete(one.id)
  server.onEnd?.(one, one.abort.signal.aborted ? toFailure(cancelled(one)) : failure)
}

async function runCall(server: Server, one: Running, input: unknown): Promise<void> {
  const answer = await one.handler(input, contextOf(one))
  if (one.abort.signal.aborted) return
  server.pipe.send({ type: 'ok', id: one.id, output: one.call.output.parse(answer) } satisfies DownFrame)
}

async function runStream(server: Server, one: Running, input: unknown): Promise<void> {
  const answer = one.handler(input, contextOf(one)) as AsyncIterable<unknown>
  const items = answer[Symbol.asyncIterator]()
  try {
    while (await hasCredit(one)) {
      const next = await items.next()
      if (one.abort.signal.aborted) return
      if (next.done === true) return server.pipe.send({ type: 'end', id: one.id } satisfies DownFrame)
      one.credit -= 1
      const item = one.call.output.parse(next.value)
      server.pipe.send({ type: 'item', id: one.id, item } satisfies DownFrame)
    }
  } finally {
    await items.return?.()
  }
}

/** Waits until the reader is ready for an item; false when it has given up. */
async function hasCredit(one: Running): Promise<boolean> {
  if (one.credit < 1 && !one.abort.signal.aborted)
    await new Promise<void>((resolve) => {
      one.wake = () => {
        if (one.credit > 0 || one.abort.signal.aborted) resolve()
      }
    })
  return !one.abort.signal.aborted
}

function contextOf(one: Running): CallContext {
  return { signal: one.abort.signal }
}

function refuseUnreadable(server: Server, raw: unknown, error: z.ZodError): void {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0)
    refuse(server, id, badRequest('The frame cannot be read.'))
  else server.onError(error, undefined)
}

function refuse(server: Server, id: number, error: AppError): void {
  sendOrTell(server, { type: 'err', id, failure: toFailure(error) })
}

function sendOrTell(server: Server, frame: DownFrame): void {
  try {
    server.pipe.send(frame)
  } catch (error) {
    server.onError(error, server.running.get(frame.id))
  }
}

function badInput(name: string, error: z.ZodError): AppError {
  // Paths and rules only: a rejected input may hold anything.
  const issues = error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }))
  const words = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  return badRequest(`${name}: ${words}.`, { issues })
}

function badRequest(message: string, data?: Readonly<Record<string, unknown>>): AppError {
  return new AppError('BAD_REQUEST', { message, ...(data === undefined ? {} : { data }) })
}

function cancelled({ name }: CallRef): AppError {
  return new AppError('CANCELLED', { message: `${name} was cancelled.` })
}
