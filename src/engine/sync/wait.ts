import type { Health, ResourceHealth, ResourceKey } from '#contract'
import { displayKey, healthOf, keyString, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { healthScopes } from './live-store.ts'
import type { LiveStore } from './live-store.ts'
import type { Clock } from './sync.ts'

/** An object as our write left it: the wait looks at nothing older and at no namesake. */
export type Fence = { readonly key: ResourceKey; readonly uid: string; readonly generation: number }

export type WaitResult = {
  readonly state: 'healthy' | 'degraded' | 'timeout' | 'cancelled'
  readonly health: readonly ResourceHealth[]
  /** What it failed on or still waited for. */
  readonly words: string
}

/**
 * Waits until every object is Healthy (or has no health), by watches. Degraded ends it at once, but only a Degraded that is about what
 * was applied: generation observed, newest revision's pods.
 */
export function waitHealthy(
  store: LiveStore,
  fences: readonly Fence[],
  options: {
    readonly clock: Clock
    readonly timeoutMs: number
    readonly signal?: AbortSignal | undefined
    readonly onHealth: (health: ResourceHealth) => void
  },
): Promise<WaitResult> {
  store.want(healthScopes(fences.map(({ key }) => key)))
  const seen = new Map<string, string>()
  return new Promise((resolve) => {
    const finish = (state: WaitResult['state'], health: readonly ResourceHealth[], words: string) => {
      stopListening()
      cancelTimer()
      options.signal?.removeEventListener('abort', abort)
      resolve({ state, health, words })
    }
    const look = () => {
      const health = fences.map((fence) => ({ key: fence.key, health: healthBehind(store, fence) }))
      for (const one of health) {
        const text = JSON.stringify(one.health)
        if (seen.get(keyString(one.key)) === text) continue
        seen.set(keyString(one.key), text)
        options.onHealth(one)
      }
      return health
    }
    const check = () => {
      const health = look()
      const bad = health.find(({ health: { status } }) => status === 'Degraded' || status === 'Missing')
      if (bad !== undefined)
        return finish('degraded', health, bad.health.cause?.message ?? displayKey(bad.key))
      const open = health.filter(
        ({ key, health: { status } }) =>
          status !== 'Healthy' && status !== 'Suspended' && !mayNotBeWatched(store, key),
      )
      if (open.length === 0) finish('healthy', health, '')
    }
    const abort = () => finish('cancelled', look(), 'The wait was cancelled.')
    const stopListening = store.onChange(check)
    const cancelTimer = options.clock.after(options.timeoutMs, () => {
      const health = look()
      const open = health.find(({ health: { status } }) => status !== 'Healthy')
      finish('timeout', health, open?.health.cause?.message ?? '')
    })
    if (options.signal?.aborted === true) return abort()
    options.signal?.addEventListener('abort', abort, { once: true })
    check()
  })
}

/** Waiting would never end: it is said, and not waited for. */
function mayNotBeWatched(store: LiveStore, key: ResourceKey): boolean {
  return store.problemOf(key)?.code === 'KUBE_FORBIDDEN'
}

function healthBehind(store: LiveStore, fence: Fence): Health {
  const { key, uid, generation } = fence
  const object = store.get(key)
  const name = displayKey(key)
  if (mayNotBeWatched(store, key))
    return { status: 'Unknown', cause: { key, message: `${name}: you have no right to watch it.` } }
  // A watch may lag behind our own write.
  if (object === undefined)
    return { status: 'Progressing', cause: { key, message: `${name}: is not seen yet.` } }
  const liveUid = stringAt(object, 'metadata', 'uid')
  if (uid !== '' && liveUid !== uid)
    return {
      status: 'Missing',
      cause: { key, message: `${name}: it was deleted and made again by somebody else.` },
    }
  if ((numberAt(object, 'metadata', 'generation') ?? 0) < generation)
    return { status: 'Progressing', cause: { key, message: `${name}: the new version is not seen yet.` } }
  return healthOf(object, store.offspring()) ?? { status: 'Healthy' }
}

export function fenceOf(key: ResourceKey, object: JsonObject): Fence {
  return {
    key,
    uid: stringAt(object, 'metadata', 'uid') ?? '',
    generation: numberAt(object, 'metadata', 'generation') ?? 0,
  }
}

/** Waits until none of these uids is there any more; false when time ran out or it was cancelled. */
export function waitGone(
  store: LiveStore,
  gone: readonly { readonly key: ResourceKey; readonly uid: string }[],
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly ResourceKey[]> {
  store.want(healthScopes(gone.map(({ key }) => key)))
  const left = () =>
    gone.filter(({ key, uid }) => {
      const object = store.get(key)
      return object !== undefined && stringAt(object, 'metadata', 'uid') === uid
    })
  return new Promise((resolve) => {
    const finish = () => {
      stopListening()
      cancelTimer()
      options.signal?.removeEventListener('abort', finish)
      resolve(left().map(({ key }) => key))
    }
    const check = () => {
      if (store.isReady() && left().length === 0) finish()
    }
    const stopListening = store.onChange(check)
    const cancelTimer = options.clock.after(options.timeoutMs, finish)
    options.signal?.addEventListener('abort', finish, { once: true })
    check()
  })
}
