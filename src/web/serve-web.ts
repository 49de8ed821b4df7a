import type { Api, Handlers } from '#contract'
import { dispatch } from '#host'
import type { DispatchPorts } from '#host'
import { servePipes } from './serve-pipes.ts'
import type { WebServer } from './serve-pipes.ts'

export type WebOptions = DispatchPorts & {
  readonly handlers: Handlers<Api>
  /** Folder of the built renderer. */
  readonly rendererDir: string
  /** 0 = any free one. */
  readonly port: number
  /** Made anew for each start unless given. At least 128 bits of chance. */
  readonly token?: string
}

/**
 * Browser mode: the calls of the contract for any browser of this machine, or of another one through an ssh tunnel. Listens on 127.0.0.1
 * alone; whoever has the address with its token may do what the operator may. `PORT_IN_USE`.
 */
export function serveWeb({ handlers, rendererDir, port, token, ...ports }: WebOptions): Promise<WebServer> {
  return servePipes({
    rendererDir,
    port,
    token,
    log: ports.log,
    onPipe: (pipe) => dispatch(handlers, pipe, ports),
  })
}
