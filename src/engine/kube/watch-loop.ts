import { AppError } from '#contract'
import type { JsonObject } from '#core'
import type { Scope } from './cluster.ts'
import { backoffMs, isoTime } from './clock.ts'
import type { Clock } from './clock.ts'
import type { GroupKind } from './discovery.ts'
import { listObjects } from './read.ts'
import type { Api } from './read.ts'
import { readWatchStream } from './watch-stream.ts'
import type { WatchState } from './watch.ts'

export type LoopInput = {
  readonly api: Api
  readonly server: string
  readonly kind: GroupKind
  readonly scope: Scope
  readonly clock: Clock
  readonly onReset: (items: readonly JsonObject[]) => void
  readonly onObject: (change: 'upsert' | 'delete', object: JsonObject) => void
  readonly onState: (state: WatchState) => void
}

export type WatchLoop = {
  /** Ends a wait between two tries. */
  readonly kick: () => void
  readonly close: () => void
}

/** What trying again soon cannot mend: somebody must give a right, sign in, or install the CRD. */
const lasting = new Set<string>([
  'KUBE_FORBIDDEN',
  'KUBE_NOT_FOUND',
  'KUBE_UNKNOWN_KIND',
  'KUBE_UNAUTHORIZED',
  'KUBE_EXEC_MISSING',
  'KUBE_EXEC_FAILED',
  'KUBE_EXEC_TIMEOUT',
  'KUBE_TLS',
  'KUBE_INVALID',
  'KUBECONFIG_BROKEN',
  'CLUSTER_CHANGED',
])
const slow = { firstMs: 15_000, lastMs: 120_000 }
const shortestStreamMs = 1_000

/** List, then watch from there, for ever: resumes after a cut, lists again when the server forgot where we were (410). */
export function startWatchLoop(input: LoopInput): WatchLoop {
  const ending = new AbortController()
  const { clock } = input
  let wake: (() => void) | undefined
  let version: string | undefined
  let attempt = 0
  let heardAt = clock.now()
  let state: WatchState['state'] | undefined

  function say(next: WatchState): void {
    if (ending.signal.aborted || (next.state === state && next.retryAt === undefined)) return
    state = next.state
    input.onState(next)
  }
  function heard(): void {
    heardAt = clock.now()
    attempt = 0
    say({ state: 'live', since: isoTime(clock) })
  }
  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = clock.after(ms, done)
      function done(): void {
        stop()
        wake = undefined
        resolve()
      }
      wake = done
    })
  }
  async function once(): Promise<void> {
    const options = { signal: ending.signal }
    if (version === undefined) {
      const list = await listObjects(input.api, input.kind, input.scope, options)
      if (ending.signal.aborted) return
      version = list.resourceVersion
      input.onReset(list.items)
      heard()
    }
    const type = await input.api.typeOf(input.kind, options)
    const openedAt = clock.now()
    await readWatchStream({
      ...input,
      http: input.api.http,
      type,
      resourceVersion: version,
      signal: ending.signal,
      onOpen: heard,
      onVersion: (next) => {
        version = next
        heardAt = clock.now()
      },
    })
    // A server (or a proxy) that ends each watch at once would be asked in a tight loop.
    if (clock.now() - openedAt < shortestStreamMs) await wait(backoffMs(clock, (attempt += 1)))
  }
  async function failed(error: unknown): Promise<void> {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'KUBE_EXPIRED') {
      version = undefined
      if (attempt === 0) {
        attempt += 1
        return
      }
    }
    const failure = { code: error.code, message: error.message }
    const since = new Date(heardAt).toISOString()
    const forGood = lasting.has(error.code)
    // Rights and kinds may be others by then: what was heard before is not resumed.
    if (forGood) version = undefined
    if (!forGood && attempt === 0 && state === 'live') {
      say({ state: 'reconnecting', since, failure })
      attempt += 1
      return await wait(Math.round(250 * clock.random()))
    }
    const ms = backoffMs(clock, attempt, forGood ? slow : undefined)
    attempt += 1
    say({ state: forGood ? 'failed' : 'stale', since, failure, retryAt: isoTime(clock, ms) })
    await wait(ms)
  }
  async function run(): Promise<void> {
    say({ state: 'connecting', since: isoTime(clock) })
    while (!ending.signal.aborted) {
      try {
        await once()
      } catch (error) {
        if (!ending.signal.aborted) await failed(error)
      }
    }
  }
  void run()
  return {
    kick: () => wake?.(),
    close: () => {
      ending.abort()
      wake?.()
    },
  }
}
