import { deleteObject, dropFinalizer } from '../delete.ts'
import { allKinds, kindNamed } from '../kinds.ts'
import type { ServedKind } from '../kinds.ts'
import { child, copyOf, finalizersOf, isGoing, nameOf, namespaceOf, ownersOf, uidOf } from '../object.ts'
import type { Stored } from '../object.ts'
import { createQueue } from '../queue.ts'
import type { Queue } from '../queue.ts'
import type { World } from '../world.ts'

type Found = { readonly kind: ServedKind; readonly object: Stored }

/** Deletes what has lost its owners, and carries out what a deletion's propagation asked for. */
export function startGarbage(world: World): Queue {
  const { store } = world
  const dependents = new Map<string, Map<string, Found>>()

  function note(kind: ServedKind, object: Stored, gone: boolean): void {
    for (const { uid } of ownersOf(object)) {
      const all = dependents.get(uid) ?? new Map<string, Found>()
      if (gone) all.delete(uidOf(object))
      else all.set(uidOf(object), { kind, object })
      if (all.size === 0) dependents.delete(uid)
      else dependents.set(uid, all)
    }
  }
  const current = ({ kind, object }: Found): Found | undefined => {
    const now = store.get(kind, namespaceOf(object), nameOf(object))
    return now !== undefined && uidOf(now) === uidOf(object) ? { kind, object: now } : undefined
  }
  const of = (owner: string): readonly Found[] =>
    [...(dependents.get(owner)?.values() ?? [])]
      .flatMap((one) => current(one) ?? [])
      // Given up by its owner meanwhile, it is nobody's: it stays.
      .filter(({ object }) => ownersOf(object).some(({ uid }) => uid === owner))

  const queue = createQueue(world, 'garbage', (uid) => {
    const owner = [...owners(world, uid)][0]
    if (owner === undefined) {
      for (const one of of(uid)) collect(world, one)
      return
    }
    if (!isGoing(owner.object)) return
    if (finalizersOf(owner.object).includes('orphan')) {
      for (const one of of(uid)) disown(world, one, uid)
      dropFinalizer(world, owner.kind, owner.object, 'orphan')
    } else if (finalizersOf(owner.object).includes('foregroundDeletion')) {
      const left = of(uid)
      for (const one of left) if (!isGoing(one.object)) remove(world, one)
      if (of(uid).length === 0) dropFinalizer(world, owner.kind, owner.object, 'foregroundDeletion')
    }
  })
  store.onEvent(({ kind, object, type, before }) => {
    if (before !== undefined) note(kind, before, true)
    if (type !== 'DELETED') note(kind, object, false)
    if (type === 'DELETED' || isGoing(object)) queue.add(uidOf(object))
    // An owner may be gone already, or wait for its last dependent.
    for (const { uid } of ownersOf(object)) if (type !== 'MODIFIED') queue.add(uid)
  })
  for (const kind of allKinds)
    for (const object of store.list(kind)) {
      note(kind, object, false)
      for (const { uid } of ownersOf(object)) queue.add(uid)
      if (isGoing(object)) queue.add(uidOf(object))
    }
  return queue
}

function* owners(world: World, uid: string): Generator<Found> {
  for (const kind of allKinds)
    for (const object of world.store.list(kind)) if (uidOf(object) === uid) yield { kind, object }
}

/** Deletes it when none of its owners is left. */
function collect(world: World, { kind, object }: Found): void {
  const alive = ownersOf(object).some((owner) => {
    const ownerKind = kindNamed(owner.apiVersion, owner.kind)
    if (ownerKind === undefined) return true
    const found = world.store.get(ownerKind, ownerKind.namespaced ? namespaceOf(object) : '', owner.name)
    return found !== undefined && uidOf(found) === owner.uid
  })
  if (!alive && !isGoing(object)) remove(world, { kind, object })
}

function remove(world: World, { kind, object }: Found): void {
  const target = { kind, namespace: namespaceOf(object), name: nameOf(object) }
  deleteObject(world, target, { propagation: 'Background', uid: uidOf(object), dryRun: false })
}

function disown(world: World, { kind, object }: Found, uid: string): void {
  const next = copyOf(object)
  const left = ownersOf(object).filter((owner) => owner.uid !== uid)
  const metadata = child(next, 'metadata')
  if (left.length > 0) metadata['ownerReferences'] = left
  else delete metadata['ownerReferences']
  world.store.put(kind, next)
}
