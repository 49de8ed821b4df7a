import type { OutgoingHttpHeaders } from 'node:http'
import type { RequestOptions } from 'node:https'
import type * as ClientNode from '@kubernetes/client-node'
import type { Cluster, Context, KubeConfig, User } from '@kubernetes/client-node'

let loading: Promise<typeof ClientNode> | undefined

/** The only importer, and lazily: its generated API costs 100 ms and 60 MB, which a start without a cluster must not pay. */
function clientNode(): Promise<typeof ClientNode> {
  loading ??= import('@kubernetes/client-node')
  return loading
}

export type KubeConfigEntries = {
  readonly clusters: readonly Cluster[]
  readonly users: readonly User[]
  readonly contexts: readonly Context[]
  readonly currentContext: string | undefined
}

/** One file's entries; those that are not complete are left out. Throws what the YAML parser throws. */
export async function readEntries(text: string): Promise<KubeConfigEntries> {
  const { KubeConfig } = await clientNode()
  const config = new KubeConfig()
  config.loadFromString(text, { onInvalidEntry: 'filter' })
  return {
    clusters: config.getClusters(),
    users: config.getUsers(),
    contexts: config.getContexts(),
    currentContext: config.getCurrentContext() || undefined,
  }
}

export type ProviderHeaders = () => Promise<Readonly<Record<string, string>>>

/** The header of a user entry with `auth-provider: oidc`, refreshed by client-node when the ID token is over. */
export async function oidcHeaders(user: User, server: string): Promise<ProviderHeaders> {
  const { KubeConfig } = await clientNode()
  const config: KubeConfig = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'oidc', server, skipTLSVerify: false }, structuredClone(user))
  return async () => {
    const options: RequestOptions = { host: server, headers: {} }
    await config.applyToHTTPSOptions(options)
    const found = (options.headers as OutgoingHttpHeaders | undefined)?.['Authorization']
    return typeof found === 'string' ? { authorization: found } : {}
  }
}
