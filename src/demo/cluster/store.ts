import type { JsonObject } from '#core'
import { apiVersionOf } from './kinds.ts'
import type { ServedKind } from './kinds.ts'
import type { LogFile } from './log-file.ts'
import { namespaceOf, nameOf } from './object.ts'
import type { Stored } from './object.ts'

export type StoreEvent = {
  readonly version: number
  readonly kind: ServedKind
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: Stored
  /** What was there before. */
  readonly before: Stored | undefined
}

/** All objects, one counter of versions over them, and the last changes for watches to resume from. */
export type Store = {
  readonly version: () => number
  /** Changes up to this version are forgotten: a watch from before it is told 410. */
  readonly forgotten: () => number
  readonly get: (kind: ServedKind, namespace: string, name: string) => Stored | undefined
  /** By namespace and name; `''` = all namespaces. */
  readonly list: (kind: ServedKind, namespace?: string) => readonly Stored[]
  /** Keeps the object under the next version. */
  readonly put: (kind: ServedKind, object: JsonObject) => Stored
  readonly remove: (kind: ServedKind, object: Stored) => Stored
  readonly since: (version: number) => readonly StoreEvent[]
  /** Hears of every change, in order, after it was kept. */
  readonly onEvent: (listener: (event: StoreEvent) => void) => () => void
}

/** One line of the log. A removed object is written whole: watches that resume must hear what it was. */
export type Change = { readonly put: JsonObject } | { readonly removed: JsonObject }

const usualKeptEvents = 4000

export function createStore(
  log: LogFile,
  kindOf: (object: JsonObject) => ServedKind | undefined,
  keptEvents = usualKeptEvents,
): Store {
  const tables = new Map<ServedKind, Map<string, Stored>>()
  const events: StoreEvent[] = []
  const listeners = new Set<(event: StoreEvent) => void>()
  let version = 1
  let forgotten = 1

  const tableOf = (kind: ServedKind) => {
    const known = tables.get(kind)
    if (known !== undefined) return known
    const made = new Map<string, Stored>()
    tables.set(kind, made)
    return made
  }
  const keyOf = (object: JsonObject) => `${namespaceOf(object)}/${nameOf(object)}`

  function take(kind: ServedKind, change: Change): StoreEvent {
    const object = 'put' in change ? change.put : change.removed
    const table = tableOf(kind)
    const before = table.get(keyOf(object))
    if ('put' in change) table.set(keyOf(object), object)
    else table.delete(keyOf(object))
    version = Number((object['metadata'] as JsonObject)['resourceVersion'])
    const type = 'removed' in change ? 'DELETED' : before === undefined ? 'ADDED' : 'MODIFIED'
    const event = { version, kind, type, object, before } as const
    events.push(event)
    if (events.length > 2 * keptEvents) {
      forgotten = events[events.length - keptEvents - 1]?.version ?? version
      events.splice(0, events.length - keptEvents)
    }
    return event
  }
  function commit(kind: ServedKind, object: JsonObject, removed: boolean): Stored {
    const metadata = { ...(object['metadata'] as JsonObject), resourceVersion: String(version + 1) }
    const kept = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...object, metadata }
    const change = removed ? { removed: kept } : { put: kept }
    // Written before anybody hears of it: what was answered survives a kill.
    log.append(change)
    const event = take(kind, change)
    for (const listener of listeners) listener(event)
    if (log.isLong(version)) log.compact(snapshot())
    return kept
  }
  function* snapshot(): Generator<Change> {
    const all = [...tables.values()].flatMap((table) => [...table.values()])
    const number = (object: Stored) => Number((object['metadata'] as JsonObject)['resourceVersion'])
    for (const object of all.toSorted((a, b) => number(a) - number(b))) yield { put: object }
  }

  const loaded = log.read()
  for (const change of loaded.changes) {
    const kind = kindOf('put' in change ? change.put : change.removed)
    if (kind !== undefined) take(kind, change)
  }
  version = Math.max(version, loaded.version)
  forgotten = Math.max(forgotten, loaded.compactedAt)

  return {
    version: () => version,
    forgotten: () => forgotten,
    get: (kind, namespace, name) => tableOf(kind).get(`${namespace}/${name}`),
    list: (kind, namespace = '') =>
      [...tableOf(kind)]
        .filter(([, object]) => namespace === '' || namespaceOf(object) === namespace)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => object),
    put: (kind, object) => commit(kind, object, false),
    remove: (kind, object) => commit(kind, object, true),
    since: (from) => events.filter((event) => event.version > from),
    onEvent: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
