import { numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { deleteObject } from '../delete.ts'
import { kinds } from '../kinds.ts'
import { isGoing, meta, nameOf, namespaceOf, uidOf } from '../object.ts'
import type { Stored } from '../object.ts'
import { makeOwn, writeOwnStatus } from '../own-write.ts'
import { createQueue, keyOf, partsOf } from '../queue.ts'
import type { Queue } from '../queue.ts'
import type { World } from '../world.ts'
import {
  isActive,
  isReady,
  makePodFrom,
  ownedBy,
  phaseOf,
  podKind,
  terminating,
  watchOwned,
} from './owned.ts'

const manager = 'kube-controller-manager'

/** Keeps as many pods as each ReplicaSet wants. */
export function startReplicaSets(world: World): Queue {
  const queue = createQueue(world, 'replica sets', (key) => {
    const { namespace, name } = partsOf(key)
    const set = world.store.get(kinds.ReplicaSet, namespace, name)
    if (set === undefined) return
    if (!isGoing(set)) adjust(world, set)
    report(world, set)
  })
  watchOwned(world, kinds.ReplicaSet, podKind, (namespace, name) => queue.add(keyOf(namespace, name)))
  return queue
}

function adjust(world: World, set: Stored): void {
  const active = ownedBy(world, podKind, set).filter(isActive)
  const wanted = numberAt(set, 'spec', 'replicas') ?? 1
  const template = (set['spec'] as JsonObject)['template'] as JsonObject
  for (let count = active.length; count < wanted; count += 1)
    makeOwn(world, podKind, makePodFrom(template, { kind: kinds.ReplicaSet, object: set }), manager)
  const victims = active.toSorted(byWorth).slice(0, Math.max(0, active.length - wanted))
  for (const pod of victims)
    deleteObject(
      world,
      { kind: podKind, namespace: namespaceOf(pod), name: nameOf(pod) },
      { propagation: 'Background', uid: uidOf(pod), dryRun: false },
    )
}

/** First those that are missed least: not placed, not running, not ready, young. */
function byWorth(a: Stored, b: Stored): number {
  const worth = (pod: Stored) => [
    stringAt(pod, 'spec', 'nodeName') === undefined ? 0 : 1,
    phaseOf(pod) === 'Running' ? 1 : 0,
    isReady(pod) ? 1 : 0,
    -restartsOf(pod),
  ]
  const [one, other] = [worth(a), worth(b)]
  const index = one.findIndex((value, position) => value !== other[position])
  if (index >= 0) return (one[index] ?? 0) - (other[index] ?? 0)
  return meta(a, 'creationTimestamp') > meta(b, 'creationTimestamp') ? -1 : 1
}

function restartsOf(pod: Stored): number {
  const statuses = (pod['status'] as JsonObject)['containerStatuses']
  return Array.isArray(statuses)
    ? Math.max(0, ...statuses.map((one) => numberAt(one, 'restartCount') ?? 0))
    : 0
}

function report(world: World, set: Stored): void {
  const pods = ownedBy(world, podKind, set)
  const active = pods.filter(isActive)
  const ready = active.filter(isReady).length
  const some = (name: string, count: number) => (count === 0 ? {} : { [name]: count })
  const status = {
    replicas: active.length,
    ...some('fullyLabeledReplicas', active.length),
    ...some('readyReplicas', ready),
    ...some('availableReplicas', ready),
    terminatingReplicas: terminating(pods),
    observedGeneration: numberAt(set, 'metadata', 'generation') ?? 1,
  }
  writeOwnStatus(world, kinds.ReplicaSet, set, { manager, status })
}
