import { AppError } from '#contract'
import type { ResourceKey } from '#contract'
import {
  apiVersionOf,
  autoscalerKinds,
  displayKey,
  isClusterScoped,
  isObject,
  keyOf,
  keyString,
  partOfLabel,
} from '#core'
import type { JsonObject, LiveState, Reason } from '#core'
import type { Cluster, GroupKind } from '../kube/index.ts'
import { mapAdaptive } from './pool.ts'
import type { Hints } from './parent.ts'
import { groupOfVersion, kindName } from './prepare.ts'
import type { Wanted } from './prepare.ts'
import type { Room } from './room.ts'

export type LiveRead = {
  /** By `keyString` of every wanted object. */
  readonly live: ReadonlyMap<string, LiveState>
  readonly members: readonly JsonObject[]
  readonly autoscalers: readonly JsonObject[]
  /** Kinds that the server does not serve. */
  readonly unserved: ReadonlySet<string>
  /** Where members may be that could not be listed: blocks pruning. */
  readonly unreadable: readonly Reason[]
}

export type LiveRequest = {
  readonly cluster: Cluster
  readonly setId: string
  readonly home: string
  readonly wanted: readonly Wanted[]
  readonly hints: Hints
  readonly signal?: AbortSignal | undefined
}

/** Over this many objects of a scope that carry no label, one LIST costs less than a GET each. */
const manyGets = 4

type Scope = GroupKind & { readonly namespace: string }
type ScopeRead = {
  readonly scope: Scope
  readonly members: readonly JsonObject[]
  readonly unserved: boolean
  readonly unreadable?: Reason
}

/**
 * Reads what a plan needs: members by label, one LIST per kind and namespace, then what is wanted and carries no label yet. What cannot be
 * read is unknown, not absent; only a cluster that does not answer at all throws.
 */
export async function readLive(room: Room, request: LiveRequest): Promise<LiveRead> {
  const scopes = scopesOf(request)
  const reads = await mapAdaptive(scopes, room.clock, (scope) => readMembers(request, scope))
  const live = new Map<string, LiveState>()
  const unserved = new Set(reads.filter((read) => read.unserved).map(({ scope }) => kindName(scope)))
  const byKey = new Map(
    reads.flatMap(({ members }) => members).map((object) => [keyString(keyOf(object)), object]),
  )
  const missing: Wanted[] = []
  for (const wanted of request.wanted) {
    const object = byKey.get(keyString(wanted.key))
    if (object !== undefined && apiVersionOf(object) === wanted.apiVersion) {
      live.set(keyString(wanted.key), { state: 'present', object })
    } else if (unserved.has(kindName(wanted.key))) live.set(keyString(wanted.key), { state: 'absent' })
    else missing.push(wanted)
  }
  for (const [key, state] of await readUnlabelled(room, request, missing)) live.set(key, state)
  return {
    live,
    members: [...byKey.values()],
    autoscalers: await readAutoscalers(room, request),
    unserved,
    unreadable: reads.flatMap(({ unreadable }) => (unreadable === undefined ? [] : [unreadable])),
  }
}

function scopesOf({ wanted, hints, home }: LiveRequest): readonly Scope[] {
  const scopes = new Map<string, Scope>()
  const add = ({ group, kind }: GroupKind, namespace: string) =>
    scopes.set(`${group}/${kind}/${namespace}`, { group, kind, namespace })
  for (const { key } of wanted) add(key, key.namespace)
  for (const kind of hints.kinds) {
    if (isClusterScoped(kind)) add(kind, '')
    else for (const namespace of [home, ...hints.namespaces]) add(kind, namespace)
  }
  return [...scopes.values()]
}

async function readMembers(request: LiveRequest, scope: Scope): Promise<ScopeRead> {
  const { cluster, setId, signal } = request
  try {
    const { items } = await cluster.list(
      scope,
      { ...inNamespace(scope), labelSelector: `${partOfLabel}=${setId}` },
      { signal },
    )
    return { scope, members: items, unserved: false }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'KUBE_UNKNOWN_KIND') return { scope, members: [], unserved: true }
    if (!isUnknown(error)) throw error
    const where = scope.namespace === '' ? '' : ` in ${scope.namespace}`
    const message = `${scope.kind} objects${where} could not be listed: ${words(error)}`
    return { scope, members: [], unserved: false, unreadable: { code: 'LIVE_UNKNOWN', message } }
  }
}

function inNamespace({ namespace }: Scope): { readonly namespace?: string } {
  return namespace === '' ? {} : { namespace }
}

async function readUnlabelled(
  room: Room,
  request: LiveRequest,
  missing: readonly Wanted[],
): Promise<readonly (readonly [string, LiveState])[]> {
  const groups = Map.groupBy(missing, ({ key, apiVersion }) => `${apiVersion}/${key.kind}/${key.namespace}`)
  const answers = await mapAdaptive([...groups.values()], room.clock, async (group) => {
    const listed = group.length > manyGets ? await listWhole(request, group[0] as Wanted) : undefined
    return mapAdaptive(group, room.clock, async (wanted) => {
      const key = keyString(wanted.key)
      if (listed === undefined) return [key, await getOne(request, wanted)] as const
      const object = listed.get(key)
      return [
        key,
        object === undefined ? ({ state: 'absent' } as const) : ({ state: 'present', object } as const),
      ] as const
    })
  })
  return answers.flat()
}

/** Undefined where the kind may not be listed or is not in the version wanted: then each is asked for. */
async function listWhole(
  request: LiveRequest,
  first: Wanted,
): Promise<ReadonlyMap<string, JsonObject> | undefined> {
  try {
    const scope = { ...first.key }
    const { items } = await request.cluster.list(scope, inNamespace(scope), { signal: request.signal })
    if (items.some((item) => apiVersionOf(item) !== first.apiVersion)) return undefined
    return new Map(items.map((object) => [keyString(keyOf(object)), object]))
  } catch (error) {
    if (isUnknown(error)) return undefined
    throw error
  }
}

async function getOne(request: LiveRequest, wanted: Wanted): Promise<LiveState> {
  try {
    const object = await getAtVersion(request.cluster, wanted.key, wanted.apiVersion, request.signal)
    return object === undefined ? { state: 'absent' } : { state: 'present', object }
  } catch (error) {
    if (codeOf(error) === 'KUBE_UNKNOWN_KIND') return { state: 'absent' }
    if (!isUnknown(error)) throw error
    const message = `${displayKey(wanted.key)} could not be read: ${words(error)}`
    return { state: 'unknown', reason: { code: 'LIVE_UNKNOWN', message } }
  }
}

/** The object in the version that the manifest speaks: versions differ in their fields, and a difference of those is none. */
export async function getAtVersion(
  cluster: Cluster,
  key: ResourceKey,
  apiVersion: string,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  const { version } = groupOfVersion(apiVersion)
  const preferred = await cluster.resourceOf(key, { signal })
  if (preferred === undefined || preferred.version === version) return cluster.get(key, { signal })
  const resource = await cluster.resourceOf({ group: key.group, kind: key.kind, version }, { signal })
  if (resource === undefined) {
    throw new AppError('KUBE_UNKNOWN_KIND', {
      message: `${displayKey(key)}: the cluster does not serve ${apiVersion}.`,
      subject: displayKey(key),
    })
  }
  const root = resource.group === '' ? `/api/${version}` : `/apis/${resource.group}/${version}`
  const place = resource.namespaced ? `/namespaces/${encodeURIComponent(key.namespace)}` : ''
  try {
    const path = `${root}${place}/${resource.plural}/${encodeURIComponent(key.name)}`
    const answer = await cluster.http.json({ method: 'GET', path, subject: displayKey(key), signal })
    return isObject(answer) ? answer : undefined
  } catch (error) {
    if (codeOf(error) === 'KUBE_NOT_FOUND') return undefined
    throw error
  }
}

/** HPAs and ScaledObjects beside the app's workloads. Not readable = none: an unforced apply still refuses to take a count over. */
async function readAutoscalers(
  room: Room,
  { cluster, wanted, signal }: LiveRequest,
): Promise<readonly JsonObject[]> {
  const scaled = wanted.filter(({ object }) => isObject(object.spec) && object.spec.replicas !== undefined)
  const namespaces = [...new Set(scaled.map(({ key }) => key.namespace))]
  const scopes = namespaces.flatMap((namespace) => autoscalerKinds.map((kind) => ({ ...kind, namespace })))
  const lists = await mapAdaptive(scopes, room.clock, async (scope) => {
    try {
      return (await cluster.list(scope, inNamespace(scope), { signal })).items
    } catch (error) {
      if (isUnknown(error) || codeOf(error) === 'KUBE_UNKNOWN_KIND') return []
      throw error
    }
  })
  return lists.flat()
}

export function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'INTERNAL'
}

/** Forbidden, a timeout, a failed group: this part of the live state is unknown. The others mean that nothing can be read at all. */
function isUnknown(error: unknown): boolean {
  return [
    'KUBE_FORBIDDEN',
    'KUBE_TIMEOUT',
    'LIVE_UNKNOWN',
    'KUBE_FAILED',
    'KUBE_TOO_LARGE',
    'KUBE_NOT_FOUND',
  ].includes(codeOf(error))
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : 'no reason given'
}
