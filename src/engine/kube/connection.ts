import { AppError } from '#contract'
import type { Connection } from '#contract'
import type { Access, CredentialStore, KubeAuth } from './auth.ts'
import { createAuth } from './auth.ts'
import { backoffMs, isoTime } from './clock.ts'
import type { Clock } from './clock.ts'
import type { Cluster } from './cluster.ts'
import type { Dispatchers } from './dispatchers.ts'
import { createHttp } from './http-client.ts'
import { readIdentity } from './identity.ts'
import type { KubePorts } from './kube.ts'
import type { ResolvedContext } from './kubeconfig.ts'
import { createCluster } from './live-cluster.ts'
import type { LiveCluster } from './live-cluster.ts'

export type ContextConnection = {
  readonly state: () => Connection
  readonly connect: () => Promise<Cluster>
  readonly retry: () => void
  readonly release: () => void
  /** The kubeconfig says something else now: other credentials are taken over, another server ends it. False = ended. */
  readonly update: (resolved: ResolvedContext, caBundle: string | undefined) => boolean
  readonly end: (reason: AppError) => void
  readonly keyInUse: () => string | undefined
}

export type ConnectionInput = {
  readonly resolved: ResolvedContext
  readonly caBundle: string | undefined
  readonly ports: KubePorts
  readonly clock: Clock
  readonly credentials: CredentialStore
  readonly dispatchers: Dispatchers
  readonly onState: (state: Connection) => void
}

/** Failures that pass by themselves; all others wait for somebody. */
const passing = new Set<string>(['KUBE_UNREACHABLE', 'KUBE_TIMEOUT', 'KUBE_FAILED'])

/** One context's connection through its life: made once, watched over, taken up again after an outage, ended when its cluster is another one. */
export function createConnection(input: ConnectionInput): ContextConnection {
  const { clock, dispatchers } = input
  const name = input.resolved.context.name
  let resolved = input.resolved
  let caBundle = input.caBundle
  let auth = authOf()
  let keyBefore: string | undefined
  let live: LiveCluster | undefined
  let connecting: Promise<Cluster> | undefined
  let ended: AppError | undefined
  let released = false
  let attempt = 0
  let stopRetry: (() => void) | undefined
  let state: Connection = { context: name, state: 'idle', since: isoTime(clock) }

  const http = createHttp({
    auth: () => auth,
    dispatchers,
    clock,
    onHeard: heard,
    onTrouble: trouble,
    guard: () => {
      if (ended !== undefined) throw ended
    },
  })

  function authOf(): KubeAuth {
    const onReplaced = (old: Access) => dispatchers.renew(old)
    return createAuth({
      resolved,
      credentials: input.credentials.of(resolved),
      env: input.ports.env,
      caBundle,
      onReplaced,
    })
  }
  function say(next: Omit<Connection, 'context'>): void {
    if (released) return
    state = { context: name, ...next }
    input.onState(state)
  }
  const known = () =>
    live === undefined
      ? {}
      : { version: live.cluster.version, uid: live.cluster.uid, weakIdentity: live.cluster.weakIdentity }

  function heard(): void {
    // Who answers after an outage is looked at first: another cluster may live at that address by now.
    if (live !== undefined && state.state !== 'live' && connecting === undefined)
      void connect().catch(() => undefined)
  }
  function trouble(error: AppError): void {
    if (live === undefined || connecting !== undefined || state.state !== 'live') return
    const failure = { code: error.code, message: error.message }
    say({
      state: passing.has(error.code) ? 'reconnecting' : 'failed',
      since: isoTime(clock),
      failure,
      ...known(),
    })
    if (passing.has(error.code)) schedule()
  }
  /** Without watches nobody waits for it: the next request finds out. */
  function schedule(): string | undefined {
    stopRetry?.()
    stopRetry = undefined
    if (released || ended !== undefined || (live !== undefined && live.watches.count() === 0))
      return undefined
    const ms = backoffMs(clock, attempt)
    attempt += 1
    stopRetry = clock.after(ms, () => void connect().catch(() => undefined))
    return isoTime(clock, ms)
  }
  function connect(): Promise<Cluster> {
    if (ended !== undefined) return Promise.reject(ended)
    if (live !== undefined && state.state === 'live') return Promise.resolve(live.cluster)
    connecting ??= identify().finally(() => {
      connecting = undefined
    })
    return connecting
  }
  async function identify(): Promise<Cluster> {
    stopRetry?.()
    if (live === undefined && state.state !== 'failed') say({ state: 'connecting', since: isoTime(clock) })
    try {
      const identity = await readIdentity(http, auth)
      if (ended !== undefined) throw ended
      if (live !== undefined && live.cluster.uid !== identity.uid) throw endWith(changed(name, resolved))
      live ??= createCluster({
        resolved,
        auth,
        http,
        identity,
        clock,
        log: input.ports.log ?? (() => undefined),
      })
    } catch (error) {
      failed(error)
      throw error
    }
    attempt = 0
    say({ state: 'live', since: isoTime(clock), ...known() })
    live.watches.kick()
    return live.cluster
  }
  function failed(error: unknown): void {
    if (ended !== undefined || !(error instanceof AppError)) return
    const { code, message } = error
    const retryAt = passing.has(code) ? schedule() : undefined
    const since = live === undefined || state.state === 'live' ? isoTime(clock) : state.since
    const shown = live !== undefined && passing.has(code) ? 'stale' : 'failed'
    say({
      state: shown,
      since,
      failure: { code, message },
      ...known(),
      ...(retryAt === undefined ? {} : { retryAt }),
    })
  }
  function endWith(reason: AppError): AppError {
    ended = reason
    stopRetry?.()
    live?.watches.end(reason)
    say({ state: 'idle', since: isoTime(clock) })
    return reason
  }
  function retry(): void {
    auth.retry()
    attempt = 0
    if (state.state !== 'live' && state.state !== 'idle') void connect().catch(() => undefined)
    live?.watches.kick()
  }
  return {
    state: () => state,
    connect,
    retry,
    release: () => {
      stopRetry?.()
      live?.watches.end(
        new AppError('CANCELLED', { message: `Context ${name} was released.`, subject: name }),
      )
      say({ state: 'idle', since: isoTime(clock) })
      released = true
    },
    update: (next, nextBundle) => {
      const same = isSameServer(resolved, next) && caBundle === nextBundle
      if (JSON.stringify(next) === JSON.stringify(resolved) && same) return true
      if (!same && live !== undefined) {
        endWith(changed(name, next))
        return false
      }
      resolved = next
      caBundle = nextBundle
      keyBefore = auth.keyInUse()
      auth = authOf()
      retry()
      return true
    },
    end: (reason) => void endWith(reason),
    keyInUse: () => auth.keyInUse() ?? keyBefore,
  }
}

/** Another CA or address may be another cluster; only credentials and the namespace may change under a cluster in hand. */
function isSameServer(a: ResolvedContext, b: ResolvedContext): boolean {
  const marks = ({ cluster, context }: ResolvedContext) => JSON.stringify([cluster, context.namespace])
  return marks(a) === marks(b)
}

function changed(name: string, resolved: ResolvedContext): AppError {
  return new AppError('CLUSTER_CHANGED', {
    message: `Context ${name}: it now means another cluster or server (${resolved.cluster.server}) than before.`,
    subject: name,
    action: 'refresh',
  })
}
