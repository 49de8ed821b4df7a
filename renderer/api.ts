import { api, connect } from '#contract'
import type { Link, LivePipe } from './transport/link.ts'
import { createStateTeller } from './transport/link.ts'
import type { PreloadPort } from './transport/preload-pipe.ts'
import { createPreloadPipe } from './transport/preload-pipe.ts'
import { socketProtocols, takeToken } from './transport/token.ts'
import { createWebSocketPipe } from './transport/web-socket-pipe.ts'
import type { SocketLike } from './transport/web-socket-pipe.ts'

declare global {
  interface Window {
    readonly wheelhouse?: PreloadPort
  }
}

/** The way to the engine: the preload's port in the desktop app, else a WebSocket to where the page came from. */
export function createLink(page: Window): Link {
  const port = page.wheelhouse
  const pipe = port === undefined ? browserPipe(page) : createPreloadPipe(port, laterIn(page))
  return { client: connect(api, pipe), state: pipe.state, onState: pipe.onState, retry: pipe.retry }
}

function browserPipe(page: Window): LivePipe {
  const token = takeToken(page)
  if (token === undefined) return refusedPipe()
  const { protocol, host } = page.location
  const address = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/`
  return createWebSocketPipe({
    open: () => new WebSocket(address, socketProtocols(token)) as unknown as SocketLike,
    schedule: laterIn(page),
    now: Date.now,
  })
}

function laterIn(page: Window): (run: () => void, ms: number) => () => void {
  return (run, ms) => {
    const timer = page.setTimeout(run, ms)
    return () => page.clearTimeout(timer)
  }
}

/** Without a token nothing is tried: the page says where to find the address. */
function refusedPipe(): LivePipe {
  const teller = createStateTeller({
    status: 'refused',
    why: 'This address has no token. Open the full address that wheelhouse serve printed.',
  })
  return {
    peer: 'nobody',
    send: () => undefined,
    onFrame: () => undefined,
    onClose: () => undefined,
    close: () => undefined,
    state: teller.state,
    onState: teller.onState,
    retry: () => undefined,
  }
}
