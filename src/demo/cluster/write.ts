import { randomBytes, randomUUID } from 'node:crypto'
import { at, isObject, listAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { toTime } from './clock.ts'
import { withDefaults } from './defaults.ts'
import { alreadyExists, ApiFailure, badRequest, conflict, forbidden, modified, notFound } from './failure.ts'
import { readAs } from './fields.ts'
import { apiVersionOf, kinds } from './kinds.ts'
import type { ServedKind } from './kinds.ts'
import { child, copyOf, finalizersOf, isEqual, isGoing, meta, nameOf } from './object.ts'
import type { Mutable, Stored } from './object.ts'
import { prepareCreate, prepareUpdate } from './strategy.ts'
import { validate } from './validate.ts'
import type { World } from './world.ts'

export type Target = { readonly kind: ServedKind; readonly namespace: string; readonly name: string }

export type WriteOptions = {
  readonly manager: string
  readonly dryRun: boolean
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore'
  readonly warn: (text: string) => void
}

const tries = 10

export async function createObject(
  world: World,
  target: Omit<Target, 'name'>,
  body: JsonObject,
  options: WriteOptions,
): Promise<Stored> {
  const read = withDefaults(target.kind, readBody(world, target.kind, body, options))
  const metadata = ownMetadata(read, target)
  const prefix = metadata['generateName']
  if (!metadata['name'] && typeof prefix === 'string') metadata['name'] = prefix + randomSuffix()
  const named = { ...target, name: nameOf(read) }
  if (world.store.get(named.kind, named.namespace, named.name) !== undefined) throw alreadyExists(named)
  const object = { op: 'update', live: undefined, object: read, force: false, subresource: '' } as const
  const merged = await world.merge.run({ ...object, kind: target.kind, manager: options.manager })
  const complete = completeNew(world, named, merged)
  if (world.store.get(named.kind, named.namespace, named.name) !== undefined) throw alreadyExists(named)
  return options.dryRun ? complete : world.store.put(named.kind, complete)
}

/** A new value for an object that is there: `build` makes it from the live one, and is asked again when that moved meanwhile. */
export async function updateObject(
  world: World,
  target: Target,
  build: (live: Stored) => JsonObject,
  options: WriteOptions,
): Promise<Stored> {
  return await settle(world, target, options, async (live) => {
    if (live === undefined) throw notFound(target)
    const body = build(live)
    const wanted = stringAt(body, 'metadata', 'resourceVersion')
    if (wanted && wanted !== meta(live, 'resourceVersion')) throw conflict(target, modified)
    const uid = stringAt(body, 'metadata', 'uid')
    if (uid && uid !== meta(live, 'uid'))
      throw conflict(
        target,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${meta(live, 'uid')}`,
      )
    const object = withDefaults(target.kind, readBody(world, target.kind, body, options))
    ownMetadata(object, target)
    const merged = await world.merge.run({
      op: 'update',
      kind: target.kind,
      live,
      object,
      manager: options.manager,
      force: false,
      subresource: '',
    })
    return completeOld(target, live, merged)
  })
}

/** Server-side apply: makes the object where there is none. */
export async function applyObject(
  world: World,
  target: Target,
  body: JsonObject,
  options: WriteOptions & { readonly force: boolean },
): Promise<Stored> {
  if (listAt(body, 'metadata', 'managedFields').length > 0)
    throw badRequest('metadata.managedFields must be nil')
  checkType(target.kind, body)
  const applied = copyOf(body)
  const metadata = child(applied, 'metadata')
  metadata['name'] ??= target.name
  if (target.kind.namespaced) metadata['namespace'] = target.namespace
  return await settle(world, target, options, async (live) => {
    const wanted = metadata['resourceVersion']
    if (wanted !== undefined && (live === undefined || wanted !== meta(live, 'resourceVersion')))
      throw live === undefined ? notFound(target) : conflict(target, modified)
    if (live === undefined) checkNamespace(world, target)
    const merged = await world.merge.run({
      op: 'apply',
      kind: target.kind,
      live,
      object: applied,
      manager: options.manager,
      force: options.force,
      subresource: '',
    })
    const full = withDefaults(target.kind, readAs(merged, world.schemas.schemaOf(target.kind)).object)
    return live === undefined ? completeNew(world, target, full) : completeOld(target, live, full)
  })
}

/** Reads, builds, and keeps the outcome if nobody wrote in between; the same as before is not written. */
export async function settle(
  world: World,
  target: Target,
  options: Pick<WriteOptions, 'dryRun'>,
  build: (live: Stored | undefined) => Promise<Stored>,
): Promise<Stored> {
  const { kind, namespace, name } = target
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const live = world.store.get(kind, namespace, name)
    const next = await build(live)
    if (world.store.get(kind, namespace, name) !== live) continue
    if (live !== undefined && isEqual(timeless(live), timeless(next))) return live
    if (options.dryRun) return next
    if (isGoing(next) && finalizersOf(next).length === 0 && kind !== kinds.Pod && kind !== kinds.Namespace)
      return world.store.remove(kind, next)
    return world.store.put(kind, next)
  }
  throw conflict(target, modified)
}

function completeNew(world: World, target: Target, merged: JsonObject): Mutable {
  checkNamespace(world, target)
  const object = withDefaults(target.kind, merged)
  const metadata = child(object, 'metadata')
  for (const name of ['resourceVersion', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'])
    delete metadata[name]
  metadata['uid'] = randomUUID()
  metadata['creationTimestamp'] = toTime(world.clock.now())
  prepareCreate(target.kind, object)
  validate(target.kind, object, undefined)
  return object
}

const kept = [
  'uid',
  'creationTimestamp',
  'resourceVersion',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
]

function completeOld(target: Target, live: Stored, merged: JsonObject): Mutable {
  const object = copyOf(merged)
  const metadata = child(object, 'metadata')
  for (const name of kept) {
    const was = at(live, 'metadata', name)
    if (was === undefined) delete metadata[name]
    else metadata[name] = was
  }
  prepareUpdate(target.kind, live, object)
  validate(target.kind, object, live)
  return object
}

/** What was sent, as the kind has it; fields it has not are refused, warned of, or silently left out. */
function readBody(world: World, kind: ServedKind, body: JsonObject, options: WriteOptions): JsonObject {
  checkType(kind, body)
  const { object, unknown, wrong } = readAs(
    { ...body, apiVersion: apiVersionOf(kind), kind: kind.kind },
    world.schemas.schemaOf(kind),
  )
  const inVersion = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`
  if (wrong[0] !== undefined) throw badRequest(`${inVersion}: ${wrong[0]}`)
  const words = unknown.map((field) => `unknown field "${field}"`)
  if (words.length > 0 && options.fieldValidation === 'Strict')
    throw badRequest(`${inVersion}: strict decoding error: ${words.join(', ')}`)
  if (options.fieldValidation === 'Warn') words.forEach(options.warn)
  return object
}

function checkType(kind: ServedKind, body: JsonObject): void {
  const says = {
    apiVersion: stringAt(body, 'apiVersion') ?? apiVersionOf(kind),
    kind: stringAt(body, 'kind') ?? kind.kind,
  }
  if (says.apiVersion === apiVersionOf(kind) && says.kind === kind.kind) return
  throw badRequest(
    `the API version in the data (${says.apiVersion}, ${says.kind}) does not match the expected API version (${apiVersionOf(kind)}, ${kind.kind})`,
  )
}

function ownMetadata(
  object: Mutable,
  target: { readonly kind: ServedKind; readonly namespace: string; readonly name?: string },
): Mutable {
  const metadata = child(object, 'metadata')
  const { namespace } = target
  if (target.name && metadata['name'] !== target.name)
    throw badRequest(
      `the name of the object (${nameOf(object)}) does not match the name on the URL (${target.name})`,
    )
  if (!target.kind.namespaced) delete metadata['namespace']
  else if (
    metadata['namespace'] !== undefined &&
    metadata['namespace'] !== '' &&
    metadata['namespace'] !== namespace
  )
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  else metadata['namespace'] = namespace
  return metadata
}

function checkNamespace(world: World, { kind, namespace, name }: Target): void {
  if (!kind.namespaced) return
  const found = world.store.get(kinds.Namespace, '', namespace)
  if (found === undefined) throw notFound({ kind: kinds.Namespace, name: namespace })
  if (!isGoing(found)) return
  const words = `unable to create new content in namespace ${namespace} because it is being terminated`
  throw forbidden(`${kind.plural} "${name}" is forbidden: ${words}`, { kind, name })
}

/** Without what a write changes by itself: the times in managedFields and the version. */
function timeless(object: JsonObject): JsonObject {
  const metadata = object['metadata'] as JsonObject
  const entries = listAt(metadata, 'managedFields').map((entry) =>
    isObject(entry) ? { ...entry, time: undefined } : entry,
  )
  return { ...object, metadata: { ...metadata, managedFields: entries, resourceVersion: undefined } }
}

const letters = 'bcdfghjklmnpqrstvwxz2456789'

export function randomSuffix(): string {
  return [...randomBytes(5)].map((byte) => letters[byte % letters.length]).join('')
}

/** For what this cluster does not serve of a kind that it serves. */
export function notServed(): ApiFailure {
  return new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {})
}
