import { stringAt } from '#core'
import type { JsonObject } from '#core'
import type { AppError } from '#contract'
import type { Scope } from './cluster.ts'
import { isoTime } from './clock.ts'
import type { Clock } from './clock.ts'
import type { GroupKind } from './discovery.ts'
import type { KubePorts } from './kube.ts'
import type { Api } from './read.ts'
import { startWatchLoop } from './watch-loop.ts'
import type { Watch, WatchEvent, WatchListener, WatchState } from './watch.ts'

export type SharedWatches = {
  readonly watch: (kind: GroupKind, scope: Scope, listener: WatchListener) => Watch
  readonly count: () => number
  /** Takes up at once what waits. */
  readonly kick: () => void
  /** Ends all of them; listeners hear `failed` with the reason. */
  readonly end: (reason: AppError) => void
}

type Shared = {
  readonly listeners: Set<WatchListener>
  readonly add: (listener: WatchListener) => void
  readonly state: () => WatchState
  readonly kick: () => void
  readonly close: () => void
  readonly tell: (event: WatchEvent) => void
}

/** One list-and-watch per kind and scope, however many listen; the objects are held once and shared by all of them. */
export function createSharedWatches(from: {
  readonly api: Api
  readonly server: string
  readonly clock: Clock
  readonly log: NonNullable<KubePorts['log']>
}): SharedWatches {
  const known = new Map<string, Shared>()
  return {
    watch: (kind, scope, listener) => {
      const key = JSON.stringify([
        kind.group,
        kind.kind,
        scope.namespace,
        scope.labelSelector,
        scope.fieldSelector,
      ])
      const shared = known.get(key) ?? startShared({ ...from, kind, scope })
      known.set(key, shared)
      // Listeners are told apart by identity: the same function may listen twice.
      const own: WatchListener = (event) => listener(event)
      shared.add(own)
      return {
        state: shared.state,
        close: () => {
          shared.listeners.delete(own)
          if (shared.listeners.size > 0 || known.get(key) !== shared) return
          known.delete(key)
          shared.close()
        },
      }
    },
    count: () => known.size,
    kick: () => {
      for (const shared of known.values()) shared.kick()
    },
    end: (reason) => {
      const all = [...known.values()]
      known.clear()
      for (const shared of all) {
        shared.close()
        const failure = { code: reason.code, message: reason.message }
        shared.tell({ type: 'state', state: 'failed', since: isoTime(from.clock), failure })
      }
    },
  }
}

function startShared(from: {
  readonly api: Api
  readonly server: string
  readonly kind: GroupKind
  readonly scope: Scope
  readonly clock: Clock
  readonly log: NonNullable<KubePorts['log']>
}): Shared {
  const listeners = new Set<WatchListener>()
  let objects: Map<string, JsonObject> | undefined
  let state: WatchState = { state: 'connecting', since: isoTime(from.clock) }

  function send(listener: WatchListener, event: WatchEvent): void {
    try {
      listener(event)
    } catch (error) {
      // One listener's fault must neither end the watch nor keep the others from hearing.
      from.log({
        level: 'error',
        message: 'a listener of a watch failed',
        kind: from.kind.kind,
        error: String(error),
      })
    }
  }
  function tell(event: WatchEvent): void {
    if (event.type === 'state') state = event
    for (const listener of listeners) send(listener, event)
  }
  const loop = startWatchLoop({
    ...from,
    onReset: (items) => {
      objects = new Map(items.map((item) => [nameOf(item), item]))
      tell({ type: 'reset', items })
    },
    onObject: (change, object) => {
      if (change === 'upsert') objects?.set(nameOf(object), object)
      else objects?.delete(nameOf(object))
      tell({ type: change, object })
    },
    onState: (next) => tell({ type: 'state', ...next }),
  })
  return {
    listeners,
    tell,
    state: () => state,
    kick: loop.kick,
    close: loop.close,
    add: (listener) => {
      listeners.add(listener)
      if (objects !== undefined) send(listener, { type: 'reset', items: [...objects.values()] })
      send(listener, { type: 'state', ...state })
    },
  }
}

function nameOf(object: JsonObject): string {
  return `${stringAt(object, 'metadata', 'namespace') ?? ''}/${stringAt(object, 'metadata', 'name') ?? ''}`
}
