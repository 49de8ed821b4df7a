import { runChild } from './child.ts'
import { openPiped } from './piped.ts'
import type { Piped } from './piped.ts'
import type { Order, Report, StarterChannel } from './starter-messages.ts'

/** Bytes of an output that are under way before the child is paused. */
const windowBytes = 512 * 1024

/** The starter's side: starts what it is told to, and passes on what that says. */
export function serveStarter(channel: StarterChannel<Report>): void {
  const runs = new Map<number, AbortController>()
  const open = new Map<number, Opened>()
  channel.onMessage((message) => {
    const order = message as Order
    if (order.type === 'run') return void runOrder(order)
    if (order.type === 'open') return openOrder(order)
    if (order.type === 'cancel') return runs.get(order.id)?.abort()
    const opened = open.get(order.id)
    if (opened === undefined) return
    if (order.type === 'write') opened.piped.stdin.write(order.bytes)
    else if (order.type === 'end') opened.piped.stdin.end()
    else if (order.type === 'kill') opened.kill()
    else opened.taken(order.bytes)
  })
  // Nobody hears them any more.
  channel.onClose(() => {
    for (const { kill } of open.values()) kill()
  })
  const runOrder = async ({ id, command, args, options }: Order & { readonly type: 'run' }) => {
    const ending = new AbortController()
    runs.set(id, ending)
    const result = await runChild(command, args, { ...options, signal: ending.signal })
    runs.delete(id)
    channel.send({ type: 'result', id, result })
  }
  const openOrder = ({ id, command, args, options }: Order & { readonly type: 'open' }) => {
    const over = (exitCode: number | null, failure?: string) => {
      open.delete(id)
      channel.send({ type: 'closed', id, exitCode, ...(failure === undefined ? {} : { failure }) })
    }
    try {
      const piped = openPiped(command, args, options)
      open.set(id, passOn(piped, id, channel.send))
      piped.closed.then(over, (error: unknown) => over(null, String(error)))
    } catch (error) {
      over(null, String(error))
    }
  }
}

type Opened = {
  readonly piped: Piped
  readonly taken: (bytes: number) => void
  readonly kill: () => void
}

/** A child is paused while more than a window of its output is under way: a slow reader slows git, and nothing piles up here. */
function passOn(piped: Piped, id: number, send: (report: Report) => void): Opened {
  let underWay = 0
  piped.stdout.on('data', (bytes: Uint8Array) => {
    underWay += bytes.length
    if (underWay > windowBytes) piped.stdout.pause()
    send({ type: 'out', id, bytes })
  })
  piped.stderr.on('data', (bytes: Uint8Array) => send({ type: 'err', id, bytes }))
  return {
    piped,
    taken: (bytes) => {
      underWay -= bytes
      if (underWay <= windowBytes) piped.stdout.resume()
    },
    kill: () => {
      piped.kill()
      // What is still in the pipe is for nobody, and would keep the child from being done.
      piped.stdout.destroy()
    },
  }
}
