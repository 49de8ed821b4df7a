import { randomUUID } from 'node:crypto'
import { isObject, listAt } from '#core'
import type { JsonObject } from '#core'
import { toTime } from './clock.ts'
import { withDefaults } from './defaults.ts'
import { fieldsOf } from './fields.ts'
import { apiVersionOf } from './kinds.ts'
import type { ServedKind } from './kinds.ts'
import { child, copyOf, isEqual, namespaceOf, nameOf, uidOf } from './object.ts'
import type { Mutable, Stored } from './object.ts'
import { prepareCreate, prepareUpdate } from './strategy.ts'
import type { World } from './world.ts'
import { randomSuffix } from './write.ts'

export type OwnManager = 'kube-controller-manager' | 'kube-scheduler' | 'kube-apiserver' | 'kubelet'

/** An object that the cluster makes for itself. It is at once there: no merge is needed for what nobody else owns. */
export function makeOwn(world: World, kind: ServedKind, object: JsonObject, manager: OwnManager): Stored {
  const made = withDefaults(kind, object)
  const metadata = child(made, 'metadata')
  if (metadata['name'] === undefined) metadata['name'] = String(metadata['generateName']) + randomSuffix()
  metadata['uid'] = randomUUID()
  metadata['creationTimestamp'] = toTime(world.clock.now())
  metadata['managedFields'] = entries(world, kind, made, { manager })
  prepareCreate(kind, made)
  return world.store.put(kind, made)
}

/** Changes labels, annotations or spec of an object that a controller made. */
export function changeOwn(
  world: World,
  kind: ServedKind,
  live: Stored,
  manager: OwnManager,
  change: (object: Mutable) => void,
): Stored {
  const object = copyOf(live)
  change(object)
  if (isEqual(object, live)) return live
  prepareUpdate(kind, live, object)
  child(object, 'metadata')['managedFields'] = entries(world, kind, object, { manager })
  return world.store.put(kind, object)
}

/**
 * Writes a status, and what a controller annotates along with it. The entry in managedFields is the one that the real controllers leave:
 * their manager, subresource `status`.
 */
export function writeOwnStatus(
  world: World,
  kind: ServedKind,
  live: Stored,
  write: {
    readonly manager: OwnManager
    readonly status: JsonObject
    readonly annotations?: Readonly<Record<string, string>>
    readonly spec?: JsonObject
    /** What of the status is the manager's; nothing = the write leaves no entry, as a binding leaves none. */
    readonly owns?: JsonObject
  },
): Stored {
  const current = world.store.get(kind, namespaceOf(live), nameOf(live))
  if (current === undefined || uidOf(current) !== uidOf(live)) return live
  const object = copyOf(current)
  object['status'] = write.status
  if (write.annotations !== undefined)
    Object.assign(child(child(object, 'metadata'), 'annotations'), write.annotations)
  if (write.spec !== undefined) Object.assign(child(object, 'spec'), write.spec)
  if (isEqual(object, current)) return current
  const { manager, annotations } = write
  child(object, 'metadata')['managedFields'] = entries(world, kind, object, {
    manager,
    subresource: 'status',
    owns: write.owns ?? write.status,
    ...(annotations === undefined ? {} : { annotations: Object.keys(annotations) }),
  })
  return world.store.put(kind, object)
}

type Entry = {
  readonly manager: OwnManager
  readonly subresource?: 'status'
  readonly annotations?: readonly string[]
  readonly owns?: JsonObject
}

const ownMetadata = ['labels', 'annotations', 'ownerReferences', 'generateName'] as const

/** The object's entries with the manager's own one made anew. */
function entries(
  world: World,
  kind: ServedKind,
  object: JsonObject,
  entry: Entry,
): readonly unknown[] | undefined {
  const known = listAt(object, 'metadata', 'managedFields').filter(isObject)
  const isOurs = (one: JsonObject) =>
    one['manager'] === entry.manager &&
    one['operation'] === 'Update' &&
    one['subresource'] === entry.subresource
  const fieldsV1 = ownedFields(world, kind, object, entry)
  const others = known.filter((one) => !isOurs(one))
  if (Object.keys(fieldsV1).length === 0) return others.length === 0 ? undefined : others
  return [
    ...others,
    {
      manager: entry.manager,
      operation: 'Update',
      apiVersion: apiVersionOf(kind),
      time: toTime(world.clock.now()),
      fieldsType: 'FieldsV1',
      fieldsV1,
      ...(entry.subresource === undefined ? {} : { subresource: entry.subresource }),
    },
  ]
}

function ownedFields(world: World, kind: ServedKind, object: JsonObject, entry: Entry): JsonObject {
  const schema = world.schemas.schemaOf(kind)
  const metadata = object['metadata'] as JsonObject
  if (entry.subresource === 'status') {
    const names = (entry.annotations ?? []).map((name) => [`f:${name}`, {}])
    const annotated =
      names.length === 0
        ? {}
        : { 'f:metadata': { 'f:annotations': { '.': {}, ...Object.fromEntries(names) } } }
    const owns = entry.owns ?? {}
    if (Object.keys(owns).length === 0) return annotated
    // The scheduler has made a pod's list of conditions before the kubelet adds to it.
    const there = kind.kind === 'Pod' ? ['status.conditions'] : []
    return { ...annotated, ...fieldsOf({ status: owns }, schema, { top: ['status'], there }) }
  }
  const kept = ownMetadata
    .filter((name) => metadata[name] !== undefined)
    .map((name) => [name, metadata[name]])
  const shown: JsonObject = { ...object, metadata: Object.fromEntries(kept) }
  const top = kept.length === 0 ? ['spec', 'data', 'type'] : ['metadata', 'spec', 'data', 'type']
  return fieldsOf(shown, schema, { top })
}
