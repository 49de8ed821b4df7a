import { api, localApi, serve } from '#contract'
import type { Api, CallTable, Handlers, LocalApi, Pipe } from '#contract'
import type { Logger } from './log.ts'

export type DispatchPorts = {
  readonly log: Logger
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
}

/**
 * Serves every call of the contract on a pipe until it closes. Each call is logged with id, name and durationMs, never its input or
 * output; the cause of a hidden error is in the log alone.
 */
export function dispatch(handlers: Handlers<Api>, pipe: Pipe, ports: DispatchPorts): void {
  serveLogged(api, handlers, pipe, ports)
}

/** As `dispatch`, with the calls that print secret values: for the command line's in-process pipe alone. */
export function dispatchLocal(handlers: Handlers<Api & LocalApi>, pipe: Pipe, ports: DispatchPorts): void {
  serveLogged({ ...api, ...localApi }, handlers, pipe, ports)
}

function serveLogged<A extends CallTable>(
  table: A,
  handlers: Handlers<A>,
  pipe: Pipe,
  { log, now }: DispatchPorts,
): void {
  const begun = new Map<number, number>()
  const { peer } = pipe
  serve(table, handlers, pipe, {
    onBegin: ({ id }) => void begun.set(id, now()),
    onEnd: ({ id, name }, failure) => {
      const durationMs = Math.round(now() - (begun.get(id) ?? now()))
      begun.delete(id)
      const fine = failure === undefined || failure.code === 'CANCELLED'
      log({
        level: fine ? 'info' : 'warn',
        message: `${name} ${failure?.code ?? 'ok'}`,
        call: id,
        peer,
        durationMs,
        ...(fine ? {} : { failure: failure.message }),
      })
    },
    onError: (error, call) =>
      log({
        level: 'error',
        message: call === undefined ? 'unreadable frame' : `${call.name} failed inside`,
        peer,
        ...(call === undefined ? {} : { call: call.id }),
        error,
      }),
  })
}
