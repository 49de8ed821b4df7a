import { createHash } from 'node:crypto'
import type { Clock } from './clock.ts'
import { createCredentials } from './credentials.ts'
import type { Credential, Credentials } from './credentials.ts'
import type { KubePorts } from './kube.ts'
import type { ResolvedContext } from './kubeconfig.ts'
import { proxyFor } from './proxy.ts'
import { trustedCas } from './trust.ts'

export type TlsOptions = {
  readonly ca?: readonly string[]
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly rejectUnauthorized: boolean
}

/** How to reach a server now: what changes it makes another `key`, and with that another connection. */
export type Access = {
  readonly origin: string
  /** Path before the API's own (Rancher serves clusters below one). */
  readonly prefix: string
  readonly headers: Credential['headers']
  readonly tls: TlsOptions
  readonly proxy: string | undefined
  readonly key: string
  readonly credential: Credential
}

export type KubeAuth = {
  readonly server: string
  /** Hash of the CA and the address, where the cluster's own UID may not be read. */
  readonly weakUid: () => Promise<string>
  readonly current: () => Promise<Access>
  readonly rejected: (access: Access) => boolean
  readonly accepted: () => void
  readonly retry: () => void
  /** Of the last access that was given out. */
  readonly keyInUse: () => string | undefined
}

/** Credentials by user entry: contexts that share a user share its sign-in, and its program runs once for all of them. */
export type CredentialStore = {
  readonly of: (resolved: ResolvedContext) => Credentials
  readonly close: () => void
}

export function createCredentialStore(ports: KubePorts, clock: Clock): CredentialStore {
  const known = new Map<string, Credentials>()
  return {
    of: ({ user, cluster }) => {
      // The cluster is part of it: a program may be told the cluster, and must not hand one cluster's token to another.
      const key = hash(JSON.stringify([user, cluster]))
      const found = known.get(key) ?? createCredentials({ user, cluster, ports, clock })
      known.set(key, found)
      return found
    },
    close: () => {
      for (const credentials of known.values()) credentials.close()
    },
  }
}

export function createAuth(from: {
  readonly resolved: ResolvedContext
  readonly credentials: Credentials
  readonly env: Readonly<Record<string, string>>
  readonly caBundle: string | undefined
  /** Hears of the access that a newer one took the place of: its connection is not needed any more. */
  readonly onReplaced: (old: Access) => void
}): KubeAuth {
  const { cluster } = from.resolved
  const url = new URL(cluster.server)
  const proxy = proxyFor({ server: cluster.server, proxyUrl: cluster.proxyUrl, env: from.env })
  let cas: Promise<readonly string[] | undefined> | undefined
  let last: Access | undefined

  function readCas(): Promise<readonly string[] | undefined> {
    cas ??= trustedCas(cluster, from.caBundle).catch((error: unknown) => {
      cas = undefined
      throw error
    })
    return cas
  }
  async function current(): Promise<Access> {
    const credential = await from.credentials.current()
    if (last?.credential === credential) return last
    const ca = await readCas()
    const tls: TlsOptions = {
      rejectUnauthorized: !cluster.insecure,
      ...(ca === undefined ? {} : { ca }),
      ...(credential.cert === undefined ? {} : { cert: credential.cert }),
      ...(credential.key === undefined ? {} : { key: credential.key }),
      ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
    }
    const old = last
    last = {
      origin: url.origin,
      prefix: url.pathname.replace(/\/+$/, ''),
      headers: credential.headers,
      tls,
      proxy,
      key: hash(JSON.stringify([url.origin, proxy, tls])),
      credential,
    }
    if (old !== undefined && old.key !== last.key) from.onReplaced(old)
    return last
  }
  return {
    server: cluster.server,
    weakUid: async () => `weak-${hash(JSON.stringify([await readCas(), cluster.server])).slice(0, 32)}`,
    current,
    rejected: (access) => from.credentials.rejected(access.credential),
    accepted: from.credentials.accepted,
    retry: () => {
      cas = undefined
      last = undefined
      from.credentials.retry()
    },
    keyInUse: () => last?.key,
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
