import { PassThrough, Readable, Writable } from 'node:stream'
import { runChild } from './child.ts'
import type { ChildOptions, RunChild, RunResult } from './child.ts'
import { openPiped } from './piped.ts'
import type { Piped, PipedOptions } from './piped.ts'
import type { Order, Report, StarterChannel } from './starter-messages.ts'

/**
 * Starts children from a small process beside this one. Linux copies the page tables of whoever starts a child, with everything else
 * stopped: at 300 MB a `git version` took 17-20 ms, all of it blocking, and takes 3 ms through here, 0.1 of it blocking (at 690 MB 54 and
 * 2.4). For what reads, and for writes that may be done twice: where the process is gone, `run` starts the same once more from here.
 */
export type Starter = {
  readonly run: RunChild
  readonly open: (command: string, args: readonly string[], options: PipedOptions) => Piped
  readonly close: () => void
}

/** The engine's side of the connection. */
export type StarterConnection = StarterChannel<Order>

/** A process that ends so often is not started again: children are started from here then. */
const mostDeaths = 3

/** `connect`: starts the process, or answers undefined where there is none for now. */
export function createStarter(connect: () => StarterConnection | undefined): Starter {
  let live: Live | undefined
  let deaths = 0
  let closed = false
  const living = () => {
    if (live !== undefined || closed || deaths >= mostDeaths) return live
    const channel = connect()
    if (channel === undefined) return undefined
    const started = follow(channel, () => {
      deaths += 1
      live = undefined
    })
    live = started
    return started
  }
  living()
  return {
    run: async (command, args, { onStderr, ...options }) => {
      // Who listens while it runs is told from here: a listener cannot be sent.
      if (onStderr !== undefined) return runChild(command, args, { onStderr, ...options })
      return (await living()?.run(command, args, options)) ?? runChild(command, args, options)
    },
    open: (command, args, options) =>
      living()?.open(command, args, options) ?? openPiped(command, args, options),
    close: () => {
      closed = true
      live?.close()
    },
  }
}

type Live = {
  /** undefined = the process is gone, and what became of the child is not known. */
  readonly run: (
    command: string,
    args: readonly string[],
    options: Omit<ChildOptions, 'onStderr'>,
  ) => Promise<RunResult | undefined>
  readonly open: Starter['open']
  readonly close: () => void
}

type Listener = (report: Report | undefined) => void

function follow(channel: StarterConnection, onDeath: () => void): Live {
  const listeners = new Map<number, Listener>()
  let next = 0
  let gone = false
  channel.onMessage((message) => {
    const report = message as Report
    listeners.get(report.id)?.(report)
  })
  const send = (order: Order) => {
    if (!gone) channel.send(order)
  }
  channel.onClose(() => {
    gone = true
    onDeath()
    for (const listener of listeners.values()) listener(undefined)
  })
  const waiting = new Set<number>()
  const hold = (id: number, isWaiting: boolean) => {
    if (isWaiting) waiting.add(id)
    else waiting.delete(id)
    channel.hold?.(waiting.size > 0)
  }
  const listen = (listener: Listener) => {
    const id = next++
    listeners.set(id, listener)
    hold(id, true)
    const done = () => {
      listeners.delete(id)
      hold(id, false)
    }
    return { id, done }
  }
  return {
    run: (command, args, { signal, ...options }) =>
      new Promise((resolve) => {
        const { id, done } = listen((report) => {
          signal?.removeEventListener('abort', cancel)
          done()
          resolve(report?.type === 'result' ? report.result : undefined)
        })
        const cancel = () => send({ type: 'cancel', id })
        send({ type: 'run', id, command, args, options })
        signal?.addEventListener('abort', cancel, { once: true })
      }),
    open: (command, args, options) => {
      let heard: Listener = () => undefined
      const { id, done } = listen((report) => heard(report))
      send({ type: 'open', id, command, args, options })
      const { piped, onReport } = createPiped(id, send, done)
      heard = onReport
      return { ...piped, hold: (isWaiting) => listeners.has(id) && hold(id, isWaiting) }
    },
    close: channel.close,
  }
}

/** The far child's pipes as streams of here. */
function createPiped(
  id: number,
  send: StarterConnection['send'],
  done: () => void,
): { readonly piped: Omit<Piped, 'hold'>; readonly onReport: Listener } {
  let untaken = 0
  const take = () => {
    if (untaken > 0) send({ type: 'taken', id, bytes: untaken })
    untaken = 0
  }
  const stdout = new Readable({ read: take })
  const stderr = new PassThrough()
  const stdin = new Writable({
    write: (chunk: Uint8Array, _encoding, written) => {
      send({ type: 'write', id, bytes: chunk })
      written()
    },
    final: (written) => {
      send({ type: 'end', id })
      written()
    },
  })
  // Its end says more than a question that came too late.
  stdin.on('error', () => undefined)
  const { promise: closed, resolve, reject } = Promise.withResolvers<number | null>()
  closed.catch(() => undefined)
  const over = (report: (Report & { readonly type: 'closed' }) | undefined) => {
    done()
    stdout.push(null)
    stderr.end()
    stdin.destroy()
    if (report?.failure === undefined) resolve(report?.exitCode ?? null)
    else reject(new Error(report.failure))
  }
  const onReport: Listener = (report) => {
    if (report === undefined || report.type === 'closed') return over(report)
    if (report.type === 'err') return void stderr.write(report.bytes)
    if (report.type !== 'out') return
    untaken += report.bytes.length
    if (stdout.push(Buffer.from(report.bytes.buffer, report.bytes.byteOffset, report.bytes.byteLength)))
      take()
  }
  const kill = () => send({ type: 'kill', id })
  return { piped: { stdin, stdout, stderr, closed, kill }, onReport }
}
