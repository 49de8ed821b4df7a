import { readFile } from 'node:fs/promises'
import { AppError } from '#contract'
import { oidcHeaders } from './client-node.ts'
import type { ProviderHeaders } from './client-node.ts'
import type { Clock } from './clock.ts'
import { runExecCredential } from './exec-credential.ts'
import type { KubePorts } from './kube.ts'
import type { ClusterEntry, UserEntry } from './kubeconfig-file.ts'

/** What a request carries to say who asks. */
export type Credential = {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly cert?: string
  readonly key?: string
  /** Milliseconds since 1970; absent = does not end by itself. */
  readonly expiresAt?: number
}

export type Credentials = {
  /** Cached until shortly before its end; made once however many ask. Throws KUBE_EXEC_*, KUBE_UNAUTHORIZED. */
  readonly current: () => Promise<Credential>
  /** The server answered 401 to it: true = ask for another one and try again. */
  readonly rejected: (credential: Credential) => boolean
  readonly accepted: () => void
  /** A click: forgets failures and the cached credential. */
  readonly retry: () => void
  readonly close: () => void
}

type Source = {
  readonly read: () => Promise<Credential>
  /** Nothing else would come from reading again. */
  readonly fixed: boolean
}

const failuresBeforeStop = 3
const skewMs = 60_000
/** client-go reads token files again every minute: projected tokens are rotated under it. */
const rereadMs = 60_000

/** Credentials of one user entry towards one cluster entry. */
export function createCredentials(from: {
  readonly user: UserEntry | undefined
  readonly cluster: ClusterEntry
  readonly ports: Pick<KubePorts, 'env' | 'run' | 'execTimeoutMs'>
  readonly clock: Clock
}): Credentials {
  const ending = new AbortController()
  const source =
    from.user === undefined ? anonymous : sourceOf({ ...from, user: from.user, signal: ending.signal })
  let cached: { readonly credential: Credential; readonly until: number } | undefined
  let reading: Promise<Credential> | undefined
  let failures = 0
  let stopped: AppError | undefined

  async function read(): Promise<Credential> {
    try {
      const credential = await source.read()
      const now = from.clock.now()
      const lifeMs = (credential.expiresAt ?? Infinity) - now
      cached = { credential, until: now + lifeMs - Math.min(skewMs, lifeMs / 10) }
      return credential
    } catch (error) {
      if (error instanceof AppError && error.code !== 'CANCELLED') fail(error)
      throw error
    } finally {
      reading = undefined
    }
  }
  function fail(error: AppError): void {
    failures += 1
    if (failures >= failuresBeforeStop) stopped = error
  }
  return {
    current: () => {
      if (stopped !== undefined) return Promise.reject(stopped)
      if (cached !== undefined && from.clock.now() < cached.until) return Promise.resolve(cached.credential)
      reading ??= read()
      return reading
    },
    rejected: (credential) => {
      if (source.fixed || stopped !== undefined) return false
      // Another request found out first, and the next credential is there or on its way.
      if (cached?.credential !== credential) return true
      cached = undefined
      fail(notAccepted(from))
      return stopped === undefined
    },
    accepted: () => {
      failures = 0
    },
    retry: () => {
      failures = 0
      stopped = undefined
      cached = undefined
    },
    close: () => ending.abort(),
  }
}

const anonymous: Source = { fixed: true, read: () => Promise.resolve({ headers: {} }) }

type SourceInput = {
  readonly user: UserEntry
  readonly cluster: ClusterEntry
  readonly ports: Pick<KubePorts, 'env' | 'run' | 'execTimeoutMs'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** A token beats basic beats a sign-in program, as in client-go; certificates and impersonation come with each of them. */
function sourceOf(input: SourceInput): Source {
  const { user, clock } = input
  const files = [user.tokenFile, user.certFile, user.keyFile].some((file) => file !== undefined)
  const program = programOf(input)
  return {
    fixed: !files && program === undefined,
    read: async () => {
      const own = await program?.()
      const token = await tokenOf(user)
      const cert = own?.cert ?? (await pem(user.certData, user.certFile))
      const key = own?.key ?? (await pem(user.keyData, user.keyFile))
      const ends = [own?.expiresAt ?? Infinity, files ? clock.now() + rereadMs : Infinity]
      const expiresAt = Math.min(...ends)
      return {
        headers: { ...(own?.headers ?? headerOf(user, token)), ...user.impersonate },
        ...(cert === undefined || key === undefined ? {} : { cert, key }),
        ...(expiresAt === Infinity ? {} : { expiresAt }),
      }
    },
  }
}

function programOf(input: SourceInput): (() => Promise<Credential>) | undefined {
  const { user, cluster, clock } = input
  const named = user.token !== undefined || user.tokenFile !== undefined || user.username !== undefined
  if (named) return undefined
  const { exec, provider } = user
  if (exec !== undefined) return () => runExecCredential({ ...input, user: user.name, exec })
  if (provider === undefined) return undefined
  if (provider.name !== 'oidc') return () => Promise.reject(unknownProvider(user, provider.name))
  let headers: Promise<ProviderHeaders> | undefined
  return async () => {
    headers ??= oidcHeaders(provider.user, cluster.server)
    return { headers: await (await headers)(), expiresAt: clock.now() + rereadMs }
  }
}

async function tokenOf(user: UserEntry): Promise<string | undefined> {
  if (user.tokenFile === undefined) return user.token
  // The last good content of the file wins over `token`, which stands in while the file is not there yet.
  const text = await readFile(user.tokenFile, 'utf8').catch(() => '')
  const token = text.trim() === '' ? user.token : text.trim()
  if (token !== undefined) return token
  throw new AppError('KUBE_UNAUTHORIZED', {
    message: `User ${user.name}: the token file ${user.tokenFile} is not there or empty.`,
    subject: user.name,
    action: 'sign-in',
    retryable: true,
  })
}

function headerOf(user: UserEntry, token: string | undefined): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token.trim()}` }
  if (user.username === undefined) return {}
  const basic = Buffer.from(`${user.username}:${user.password ?? ''}`, 'utf8').toString('base64')
  return { authorization: `Basic ${basic}` }
}

/** Data beats a file, as in client-go. */
async function pem(data: string | undefined, file: string | undefined): Promise<string | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8')
  if (file === undefined) return undefined
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new AppError('KUBECONFIG_BROKEN', {
      message: `${file}: the kubeconfig names it, and it cannot be read (${String(Reflect.get(Object(error), 'code'))}).`,
      subject: file,
      action: 'show-file',
      cause: error,
    })
  }
}

function unknownProvider(user: UserEntry, name: string): AppError {
  return new AppError('KUBE_UNAUTHORIZED', {
    message: `User ${user.name}: the sign-in provider "${name}" was taken out of Kubernetes clients in 1.26; use its sign-in program (exec).`,
    subject: user.name,
    action: 'sign-in',
  })
}

function notAccepted(from: {
  readonly user: UserEntry | undefined
  readonly cluster: ClusterEntry
}): AppError {
  return new AppError('KUBE_UNAUTHORIZED', {
    message: `${from.cluster.server}: the credentials of user ${from.user?.name ?? ''} were refused again after they were renewed.`,
    subject: from.user?.name ?? from.cluster.server,
    action: 'sign-in',
    data: { status: 401, server: from.cluster.server },
  })
}
