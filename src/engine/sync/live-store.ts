import type { ResourceKey } from '#contract'
import { keyOf, keyString } from '#core'
import type { JsonObject, Offspring } from '#core'
import type { Cluster, Watch, WatchEvent } from '../kube/index.ts'

/** A kind in a namespace (empty = cluster-scoped or all), or one object of it by name. */
export type WatchScope = {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name?: string
}

/** What the watches of some kinds know. Objects are as the server last said, also while a watch is cut. */
export type LiveStore = {
  /** Follows these too; those that are followed already cost nothing. */
  readonly want: (scopes: readonly WatchScope[]) => void
  readonly get: (key: ResourceKey) => JsonObject | undefined
  readonly list: (group: string, kind: string) => readonly JsonObject[]
  readonly offspring: () => Offspring
  /** Called after every change with the keys that changed; empty for a change of state. */
  readonly onChange: (listener: (keys: readonly string[]) => void) => () => void
  /** Every watch has been heard once, or cannot be. */
  readonly isReady: () => boolean
  readonly isLive: () => boolean
  /** Why the kind of this object cannot be known, if so. */
  readonly problemOf: (key: ResourceKey) => { readonly code: string; readonly message: string } | undefined
  readonly failure: () => { readonly code: string; readonly message: string } | undefined
  readonly close: () => void
}

type Followed = {
  readonly objects: Map<string, JsonObject>
  readonly watch: Watch
  ready: boolean
  heard: boolean
  live: boolean
  failure?: { readonly code: string; readonly message: string } | undefined
}

export function createLiveStore(cluster: Cluster): LiveStore {
  const followed = new Map<string, Followed>()
  const listeners = new Set<(keys: readonly string[]) => void>()
  const tell = (keys: readonly string[]) => {
    for (const listener of listeners) listener(keys)
  }
  const follow = (id: string, { group, kind, namespace, name }: WatchScope) => {
    const objects = new Map<string, JsonObject>()
    const early: WatchEvent[] = []
    let entry: Followed | undefined
    const hear = (event: WatchEvent) => (entry === undefined ? early.push(event) : tell(take(entry, event)))
    const scope = {
      ...(namespace === '' ? {} : { namespace }),
      ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    }
    const watch = cluster.watch({ group, kind }, scope, hear)
    entry = { objects, watch, ready: false, heard: false, live: false }
    followed.set(id, entry)
    for (const event of early) tell(take(entry, event))
  }
  const all = (group: string, kind: string) =>
    [...followed]
      .filter(([id]) => id.startsWith(`${group}/${kind}/`))
      .flatMap(([, { objects }]) => [...objects.values()])
  const entries = () => [...followed.values()]
  const placesOf = (key: ResourceKey) => [
    `${key.group}/${key.kind}/${key.namespace}/`,
    `${key.group}/${key.kind}//`,
    keyString(key),
  ]
  return {
    want: (scopes) => {
      for (const scope of scopes) {
        const id = keyString({ ...scope, name: scope.name ?? '' })
        if (!followed.has(id)) follow(id, scope)
      }
    },
    get: (key) => {
      const name = keyString(key)
      return placesOf(key)
        .map((place) => followed.get(place)?.objects.get(name))
        .find((object) => object !== undefined)
    },
    list: all,
    offspring: () => ({
      pods: all('', 'Pod'),
      replicaSets: all('apps', 'ReplicaSet'),
      controllerRevisions: all('apps', 'ControllerRevision'),
    }),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    isReady: () => entries().every(({ ready }) => ready),
    isLive: () =>
      entries().every(({ live, failure }) => live || (failure !== undefined && isLasting(failure.code))),
    problemOf: (key) =>
      placesOf(key)
        .map((place) => followed.get(place))
        .find((entry) => entry !== undefined && !entry.heard)?.failure,
    failure: () =>
      entries().find(({ failure, live }) => !live && failure !== undefined && !isLasting(failure.code))
        ?.failure,
    close: () => {
      listeners.clear()
      for (const { watch } of entries()) watch.close()
      followed.clear()
    },
  }
}

/** A kind that may not be watched or is not served is not a cut connection: the rest is live without it. */
function isLasting(code: string): boolean {
  return code === 'KUBE_FORBIDDEN' || code === 'KUBE_UNKNOWN_KIND'
}

function take(entry: Followed, event: WatchEvent): readonly string[] {
  switch (event.type) {
    case 'reset': {
      const before = [...entry.objects.keys()]
      entry.objects.clear()
      for (const object of event.items) entry.objects.set(keyString(keyOf(object)), object)
      entry.ready = true
      entry.heard = true
      return [...new Set([...before, ...entry.objects.keys()])]
    }
    case 'upsert':
      entry.objects.set(keyString(keyOf(event.object)), event.object)
      return [keyString(keyOf(event.object))]
    case 'delete':
      entry.objects.delete(keyString(keyOf(event.object)))
      return [keyString(keyOf(event.object))]
    case 'state':
      entry.live = event.state === 'live'
      entry.failure = event.failure
      if (event.state === 'failed' || event.state === 'stale') entry.ready = true
      return []
    default:
      return event satisfies never
  }
}

/** Kinds to follow for the health of these objects: their own, and the pods and revisions of workloads. */
export function healthScopes(keys: readonly ResourceKey[]): readonly WatchScope[] {
  // Cluster-wide lists (definitions, roles) are large and mostly of others: those are followed by name.
  const own = keys.map(({ group, kind, namespace, name }) => ({
    group,
    kind,
    namespace,
    ...(namespace === '' ? { name } : {}),
  }))
  const workloads = keys.filter(
    ({ group, kind }) => group === 'apps' && ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind),
  )
  const below = workloads.flatMap(({ kind, namespace }) => [
    { group: '', kind: 'Pod', namespace },
    kind === 'Deployment'
      ? { group: 'apps', kind: 'ReplicaSet', namespace }
      : { group: 'apps', kind: 'ControllerRevision', namespace },
  ])
  return [...own, ...below]
}
