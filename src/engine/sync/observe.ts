import type { Health, ResourceHealth } from '#contract'
import {
  apiVersionOf,
  autoscalerKinds,
  buildPlan,
  displayKey,
  healthOf,
  isObject,
  keyString,
  partOfLabel,
  stringsAt,
  worst,
} from '#core'
import type { JsonObject, LiveState, ObjectState } from '#core'
import { isoTime } from './clock.ts'
import { compareAll } from './compare.ts'
import { createLiveStore, healthScopes } from './live-store.ts'
import type { LiveStore, WatchScope } from './live-store.ts'
import { isParent, parentKey, setIdOf } from './parent.ts'
import { prepare } from './prepare.ts'
import type { Wanted } from './prepare.ts'
import { getAtVersion } from './read-live.ts'
import type { LiveRead } from './read-live.ts'
import { lastSyncedOf, readRecords, toRecord } from './records.ts'
import { sha256 } from './room.ts'
import type { Room } from './room.ts'
import type { DesiredState, Observation, Observed } from './sync.ts'
import { syncStateOf } from './sync-state.ts'

/** Changes that come together are looked at together. */
const settleMs = 80
const retryMs = 5_000
const definitions = 'apiextensions.k8s.io/CustomResourceDefinition/'

/**
 * Follows an app by watches. An event re-compares only the objects that changed (and those only if more than their status did); what was
 * compared before comes from the cache.
 */
export function observeApp(
  room: Room,
  first: DesiredState,
  onObserved: (observed: Observed) => void,
): Observation {
  const store = createLiveStore(first.cluster)
  const states = new Map<string, ObjectState>()
  const dirty = new Set<string>()
  let desired = first
  let wanted: readonly Wanted[] | undefined
  let running = false
  let again = false
  let closed = false
  let last = ''
  let cancel = () => {}
  const schedule = (ms: number) => {
    cancel()
    if (!closed) cancel = room.clock.after(ms, () => void look())
  }
  const look = async () => {
    if (running) {
      again = true
      return
    }
    running = true
    again = false
    try {
      wanted ??= await follow(store, desired)
      if (store.isReady()) tell(await evaluate(room, { desired, store, wanted, states, dirty }))
    } catch {
      // The cluster does not answer: the watches say so, and the last known state stays.
      schedule(retryMs)
    } finally {
      running = false
      if (again) schedule(settleMs)
    }
  }
  const tell = (observed: Observed) => {
    const text = JSON.stringify({ ...observed, at: '' })
    if (closed || text === last) return
    last = text
    onObserved(observed)
  }
  const stop = store.onChange((keys) => {
    for (const key of keys) {
      dirty.add(key)
      // A definition that came or went: its objects are to be followed from now on.
      if (key.startsWith(definitions)) wanted = undefined
    }
    schedule(settleMs)
  })
  schedule(0)
  return {
    setDesired: (next) => {
      desired = next
      wanted = undefined
      states.clear()
      schedule(0)
    },
    close: () => {
      closed = true
      cancel()
      stop()
      store.close()
    },
  }
}

async function follow(
  store: LiveStore,
  { cluster, target, manifests }: DesiredState,
): Promise<readonly Wanted[]> {
  const wanted = await prepare({ cluster, namespace: target.namespace, setId: setIdOf(target) }, manifests)
  const served = await servedKinds(cluster, wanted)
  const workloads = wanted.filter(({ object }) => isObject(object.spec) && object.spec.replicas !== undefined)
  const autoscalers = [...new Set(workloads.map(({ key }) => key.namespace))].flatMap((namespace) =>
    autoscalerKinds.map((kind) => ({ ...kind, namespace })),
  )
  const { group, kind, namespace } = parentKey(target)
  const scopes: readonly WatchScope[] = [
    ...healthScopes(wanted.map(({ key }) => key)),
    ...autoscalers,
    { group, kind, namespace },
  ]
  store.want(scopes.filter(served))
  return wanted
}

/** Read anew while a wanted kind is missing: definitions come and go. */
async function servedKinds(
  cluster: DesiredState['cluster'],
  wanted: readonly Wanted[],
): Promise<(kind: { readonly group: string; readonly kind: string }) => boolean> {
  const read = async (fresh: boolean) => {
    const { resources } = await cluster.discovery({ fresh })
    const kinds = new Set(resources.map(({ group, kind }) => `${group}/${kind}`))
    return ({ group, kind }: { readonly group: string; readonly kind: string }) =>
      kinds.has(`${group}/${kind}`)
  }
  const known = await read(false)
  return wanted.every(({ key }) => known(key)) ? known : read(true)
}

type Work = {
  readonly desired: DesiredState
  readonly store: LiveStore
  readonly wanted: readonly Wanted[]
  readonly states: Map<string, ObjectState>
  readonly dirty: Set<string>
}

async function evaluate(room: Room, work: Work): Promise<Observed> {
  const { desired, store, wanted, states, dirty } = work
  const { cluster, target } = desired
  const setId = setIdOf(target)
  // What the server did not check may be checked now.
  const settled = (key: string) => states.has(key) && !dirty.has(key) && states.get(key)?.verified !== 'none'
  const changed = wanted.filter(({ key }) => !settled(keyString(key)))
  dirty.clear()
  const read = await readStore(work, changed, setId)
  const fresh = await compareAll(room, {
    cluster,
    setId,
    wanted,
    only: changed,
    read,
    newNamespaces: new Set(),
  })
  for (const state of fresh) states.set(keyString(state.key), state)
  const parent = store.get(parentKey(target))
  const records = readRecords(parent).map(toRecord)
  const plan = buildPlan({
    id: '',
    appId: target.appId,
    createdAt: '',
    revision: desired.revision,
    renderedHash: desired.renderedHash,
    clusterUid: cluster.uid,
    setId,
    home: target.namespace,
    states: wanted.flatMap(({ key }) => states.get(keyString(key)) ?? []),
    members: read.members.filter((object) => !isParent(object, target)),
    unreadable: [],
    pruneRefusals: new Map(),
    problems: [],
    lastSynced: lastSyncedOf(records),
    ancestry: 'first',
    brings: [],
    blocks: [],
    sha256,
  })
  const resources = healthOfAll(work)
  return {
    sync: syncStateOf(plan, lastSyncedOf(records)),
    companion: plan.companion,
    health: worst(resources.map(({ health }) => health)),
    resources,
    changes: plan.changes,
    lastSync: records[0],
    live: store.isLive(),
    at: isoTime(room.clock),
  }
}

/** What the watches know, in the shape that a plan reads. */
async function readStore(
  { desired, store, wanted }: Work,
  changed: readonly Wanted[],
  setId: string,
): Promise<LiveRead> {
  const live = new Map<string, LiveState>()
  for (const one of changed) live.set(keyString(one.key), await stateOf(desired, store, one))
  const kinds = new Map(wanted.map(({ key: { group, kind } }) => [`${group}/${kind}`, { group, kind }]))
  const objects = [...kinds.values()].flatMap(({ group, kind }) => store.list(group, kind))
  const { resources } = await desired.cluster.discovery()
  const served = new Set(resources.map(({ group, kind }) => `${group}/${kind}`))
  return {
    live,
    members: objects.filter((object) => stringsAt(object, 'metadata', 'labels')[partOfLabel] === setId),
    autoscalers: autoscalerKinds.flatMap(({ group, kind }) => store.list(group, kind)),
    unserved: new Set([...kinds.keys()].filter((kind) => !served.has(kind))),
    unreadable: [],
  }
}

async function stateOf(
  desired: DesiredState,
  store: LiveStore,
  { key, apiVersion }: Wanted,
): Promise<LiveState> {
  const object = store.get(key)
  if (object !== undefined && apiVersionOf(object) === apiVersion) return { state: 'present', object }
  if (object !== undefined) {
    const other = await getAtVersion(desired.cluster, key, apiVersion)
    return other === undefined ? { state: 'absent' } : { state: 'present', object: other }
  }
  const why = store.problemOf(key)
  return why === undefined
    ? { state: 'absent' }
    : {
        state: 'unknown',
        reason: { code: 'LIVE_UNKNOWN', message: `${displayKey(key)} could not be read: ${why.message}` },
      }
}

function healthOfAll({ store, wanted }: Work): readonly ResourceHealth[] {
  const offspring = store.offspring()
  return wanted.flatMap(({ key }): readonly ResourceHealth[] => {
    const object: JsonObject | undefined = store.get(key)
    if (object === undefined) {
      const message = `${displayKey(key)} is not in the cluster.`
      const health: Health =
        store.problemOf(key) === undefined
          ? { status: 'Missing', cause: { key, message } }
          : { status: 'Unknown', cause: { key, message: `${displayKey(key)} could not be read.` } }
      return [{ key, health }]
    }
    const health = healthOf(object, offspring)
    return health === undefined ? [] : [{ key, health }]
  })
}
