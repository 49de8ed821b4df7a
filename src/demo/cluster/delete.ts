import { at, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { toTime } from './clock.ts'
import { badRequest, conflict, forbidden, notFound } from './failure.ts'
import { kinds } from './kinds.ts'
import type { ServedKind } from './kinds.ts'
import { child, copyOf, finalizersOf, isGoing, meta, nameOf, namespaceOf, uidOf } from './object.ts'
import type { Stored } from './object.ts'
import type { World } from './world.ts'
import type { Target } from './write.ts'

export type DeleteOptions = {
  readonly propagation: 'Background' | 'Foreground' | 'Orphan'
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly graceSeconds?: number | undefined
  readonly dryRun: boolean
}

/** `DeleteOptions` of a request's body or query. Jobs keep their pods unless told, as they always did. */
export function readDeleteOptions(kind: ServedKind, body: unknown, query: URLSearchParams): DeleteOptions {
  const policy = stringAt(body, 'propagationPolicy') ?? query.get('propagationPolicy')
  const propagation = policy ?? (kind === kinds.Job ? 'Orphan' : 'Background')
  if (propagation !== 'Background' && propagation !== 'Foreground' && propagation !== 'Orphan')
    throw badRequest(`propagationPolicy: Unsupported value: "${propagation}"`)
  const grace = numberAt(body, 'gracePeriodSeconds') ?? numberOf(query.get('gracePeriodSeconds'))
  const dryRun = at(body, 'dryRun')
  return {
    propagation,
    uid: stringAt(body, 'preconditions', 'uid'),
    resourceVersion: stringAt(body, 'preconditions', 'resourceVersion'),
    graceSeconds: grace,
    dryRun: query.get('dryRun') === 'All' || (Array.isArray(dryRun) && dryRun.includes('All')),
  }
}

function numberOf(text: string | null): number | undefined {
  return text === null ? undefined : Number(text)
}

const lasting = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** Deletes at once, or marks what a grace period or a finalizer still holds. Answers as the API server does. */
export function deleteObject(world: World, target: Target, options: DeleteOptions): JsonObject {
  const { kind, namespace, name } = target
  const live = world.store.get(kind, namespace, name)
  if (live === undefined) throw notFound(target)
  checkPreconditions(target, live, options)
  if (kind === kinds.Namespace && lasting.includes(name))
    throw forbidden(`namespaces "${name}" is forbidden: this namespace may not be deleted`, target)
  const marked = mark(world, kind, live, options)
  if (marked !== undefined) return options.dryRun || marked === live ? marked : world.store.put(kind, marked)
  if (!options.dryRun) world.store.remove(kind, live)
  const group = kind.group === '' ? {} : { group: kind.group }
  const details = { name, ...group, kind: kind.plural, uid: uidOf(live) }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

function checkPreconditions(target: Target, live: Stored, options: DeleteOptions): void {
  const words = (what: string, wanted: string, is: string) =>
    `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${is}`
  if (options.uid !== undefined && options.uid !== uidOf(live))
    throw conflict(target, words('UID', options.uid, uidOf(live)))
  const version = meta(live, 'resourceVersion')
  if (options.resourceVersion !== undefined && options.resourceVersion !== version)
    throw conflict(target, words('ResourceVersion', options.resourceVersion, version))
}

/** The object on its way out; undefined = nothing holds it. */
function mark(world: World, kind: ServedKind, live: Stored, options: DeleteOptions): Stored | undefined {
  if (kind === kinds.Namespace) return markWith(world, kind, live, { phase: 'Terminating' })
  if (kind === kinds.Pod) return markPod(world, live, options)
  const added = { Background: [], Foreground: ['foregroundDeletion'], Orphan: ['orphan'] }[
    options.propagation
  ]
  const finalizers = [...new Set([...finalizersOf(live), ...added])]
  if (finalizers.length === 0) return undefined
  return markWith(world, kind, live, { finalizers })
}

function markPod(world: World, live: Stored, options: DeleteOptions): Stored | undefined {
  const over = ['Succeeded', 'Failed'].includes(stringAt(live, 'status', 'phase') ?? '')
  const bound = stringAt(live, 'spec', 'nodeName') !== undefined
  const wanted = options.graceSeconds ?? numberAt(live, 'spec', 'terminationGracePeriodSeconds') ?? 30
  const graceSeconds = over || !bound ? 0 : wanted
  if (graceSeconds === 0 && finalizersOf(live).length === 0) return undefined
  if (isGoing(live) && (numberAt(live, 'metadata', 'deletionGracePeriodSeconds') ?? 0) <= graceSeconds)
    return live
  return markWith(world, kinds.Pod, live, { graceSeconds })
}

function markWith(
  world: World,
  kind: ServedKind,
  live: Stored,
  more: { readonly graceSeconds?: number; readonly finalizers?: readonly string[]; readonly phase?: string },
): Stored {
  if (isGoing(live) && more.graceSeconds === undefined) return live
  const object = copyOf(live)
  const metadata = child(object, 'metadata')
  const graceSeconds = more.graceSeconds ?? 0
  metadata['deletionTimestamp'] = toTime(world.clock.now() + graceSeconds * 1000)
  if (kind !== kinds.Namespace) metadata['deletionGracePeriodSeconds'] = graceSeconds
  if (more.finalizers !== undefined) metadata['finalizers'] = more.finalizers
  if (more.phase !== undefined) child(object, 'status')['phase'] = more.phase
  if (kind.generation) metadata['generation'] = (numberAt(live, 'metadata', 'generation') ?? 1) + 1
  return object
}

/** Takes one finalizer away; the last one takes the object with it. */
export function dropFinalizer(world: World, kind: ServedKind, object: Stored, name: string): void {
  const live = world.store.get(kind, namespaceOf(object), nameOf(object))
  if (live === undefined || uidOf(live) !== uidOf(object)) return
  const finalizers = finalizersOf(live).filter((one) => one !== name)
  const next = copyOf(live)
  const metadata = child(next, 'metadata')
  if (finalizers.length > 0) metadata['finalizers'] = finalizers
  else delete metadata['finalizers']
  if (finalizers.length === 0 && isGoing(live)) world.store.remove(kind, next)
  else world.store.put(kind, next)
}
