import { Agent, ProxyAgent, Socks5ProxyAgent } from 'undici'
import type { Dispatcher } from 'undici'
import { AppError } from '#contract'
import type { Access } from './auth.ts'

/** Connections, one pool per way to reach a server: contexts with the same server, credentials and proxy share it. */
export type Dispatchers = {
  readonly of: (access: Access) => Dispatcher
  /** Later requests get a new connection; what runs on the old one goes on. */
  readonly renew: (access: Access) => void
  /** Ends the pools that none of the contexts in use needs. */
  readonly keepOnly: (keys: ReadonlySet<string>) => void
  readonly close: () => Promise<void>
}

const shared = {
  connectTimeout: 10_000,
  keepAliveTimeout: 30_000,
  allowH2: true,
  // A watch is a stream of its own, so that hundreds of them share a connection; the default of 100 would queue requests behind them.
  h2Options: { maxConcurrentStreams: 250, pingInterval: 15_000 },
} as const

export function createDispatchers(): Dispatchers {
  const known = new Map<string, Dispatcher>()
  function drop(key: string): Promise<void> {
    const old = known.get(key)
    known.delete(key)
    return old?.destroy() ?? Promise.resolve()
  }
  return {
    of: (access) => {
      const found = known.get(access.key) ?? create(access)
      known.set(access.key, found)
      return found
    },
    renew: ({ key }) => {
      const old = known.get(key)
      known.delete(key)
      // Waits for what still runs; a stream on a dead connection ends by its own time limits.
      void old?.close()
    },
    keepOnly: (keys) => {
      for (const key of known.keys()) if (!keys.has(key)) void drop(key)
    },
    close: async () => {
      await Promise.all([...known.keys()].map(drop))
    },
  }
}

function create(access: Access): Dispatcher {
  const { ca, ...rest } = access.tls
  const tls = {
    ...rest,
    ...(ca === undefined ? {} : { ca: [...ca] }),
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  }
  if (access.proxy === undefined) return new Agent({ ...shared, connect: { ...tls, timeout: 10_000 } })
  const scheme = URL.canParse(access.proxy) ? new URL(access.proxy).protocol : ''
  if (scheme === 'http:' || scheme === 'https:')
    return new ProxyAgent({ ...shared, uri: access.proxy, requestTls: tls })
  if (/^socks5h?:$/.test(scheme))
    return new Socks5ProxyAgent(access.proxy.replace(/^socks5h:/i, 'socks5:'), { ...shared, requestTls: tls })
  throw new AppError('KUBE_UNREACHABLE', {
    message: `${access.origin}: its proxy has no address that can be used (http, https and socks5 can).`,
    subject: access.origin,
    action: 'open-settings',
  })
}
