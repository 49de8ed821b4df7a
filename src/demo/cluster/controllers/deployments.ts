import { createHash } from 'node:crypto'
import { at, isObject, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { deleteObject } from '../delete.ts'
import { kinds } from '../kinds.ts'
import { annotationsOf, child, copyOf, isEqual, isGoing, nameOf, namespaceOf, uidOf } from '../object.ts'
import type { Mutable, Stored } from '../object.ts'
import { changeOwn, makeOwn, writeOwnStatus } from '../own-write.ts'
import { createQueue, keyOf, partsOf } from '../queue.ts'
import type { Queue } from '../queue.ts'
import type { World } from '../world.ts'
import { deadlineOf, deploymentStatus } from './deployment-status.ts'
import type { Rollout } from './deployment-status.ts'
import { isActive, ownedBy, ownerReference, podKind, watchOwned } from './owned.ts'
import { boundsOf, byAge, newCount, oldCounts, revisionOf, sum, toCount } from './rollout.ts'

const manager = 'kube-controller-manager'
const prefix = 'deployment.kubernetes.io/'
const hashLabel = 'pod-template-hash'

/** Brings each Deployment's ReplicaSets to its template and count, a few pods at a time. */
export function startDeployments(world: World): Queue {
  const queue = createQueue(world, 'deployments', (key) => {
    const { namespace, name } = partsOf(key)
    const deployment = world.store.get(kinds.Deployment, namespace, name)
    if (deployment === undefined || isGoing(deployment)) return
    const written = rollOut(world, deployment)
    const deadline = deadlineOf(written)
    if (deadline !== undefined && deadline > world.clock.now())
      queue.addAfter(key, deadline - world.clock.now() + 1000)
  })
  watchOwned(world, kinds.Deployment, kinds.ReplicaSet, (namespace, name) =>
    queue.add(keyOf(namespace, name)),
  )
  return queue
}

function rollOut(world: World, deployment: Stored): Stored {
  const before = ownedBy(world, kinds.ReplicaSet, deployment).toSorted(byAge)
  const paused = at(deployment, 'spec', 'paused') === true
  const known = before.find((set) => isEqual(bareTemplate(set), bareTemplate(deployment)))
  const fresh = takeUp(world, deployment, { known, before, paused })
  const olds = before.filter((set) => fresh === undefined || uidOf(set) !== uidOf(fresh))
  if (fresh !== undefined && !paused) move(world, deployment, fresh, olds)
  cleanUp(world, deployment, olds)
  const sets = ownedBy(world, kinds.ReplicaSet, deployment)
  const rollout: Rollout = {
    deployment,
    fresh: fresh === undefined ? undefined : sets.find((set) => uidOf(set) === uidOf(fresh)),
    sets,
    found: foundWords(deployment, known, fresh),
    now: world.clock.now(),
  }
  const revision =
    fresh === undefined ? {} : { annotations: { [`${prefix}revision`]: String(revisionOf(fresh)) } }
  return writeOwnStatus(world, kinds.Deployment, deployment, {
    manager,
    status: deploymentStatus(rollout),
    ...revision,
  })
}

function foundWords(
  deployment: Stored,
  known: Stored | undefined,
  fresh: Stored | undefined,
): Rollout['found'] {
  if (fresh === undefined) return undefined
  if (known === undefined) return 'NewReplicaSetCreated'
  const newer = revisionOf(fresh) > revisionOf(deployment)
  return newer && revisionOf(deployment) > 0 ? 'FoundNewReplicaSet' : undefined
}

type Known = {
  readonly known: Stored | undefined
  readonly before: readonly Stored[]
  readonly paused: boolean
}

/** The ReplicaSet of the template as it is now: made, or taken up again under the next revision. */
function takeUp(world: World, deployment: Stored, { known, before, paused }: Known): Stored | undefined {
  const others = before.filter((set) => set !== known)
  const highest = Math.max(0, ...others.map(revisionOf))
  if (known !== undefined) {
    if (revisionOf(known) > highest) return annotate(world, deployment, known)
    const was = annotationsOf(known)
    const history = [was[`${prefix}revision-history`], was[`${prefix}revision`]].filter(Boolean).join(',')
    const revision = {
      [`${prefix}revision`]: String(highest + 1),
      ...(history === '' ? {} : { [`${prefix}revision-history`]: history }),
    }
    return annotate(world, deployment, known, revision)
  }
  if (paused) return undefined
  return makeSet(world, deployment, before, highest + 1)
}

function countsOf(deployment: Stored): Readonly<Record<string, string>> {
  const { replicas, surge } = boundsOf(deployment)
  return {
    [`${prefix}desired-replicas`]: String(replicas),
    [`${prefix}max-replicas`]: String(replicas + surge),
  }
}

function annotate(
  world: World,
  deployment: Stored,
  set: Stored,
  more: Readonly<Record<string, string>> = {},
): Stored {
  return changeOwn(world, kinds.ReplicaSet, set, manager, (object) => {
    Object.assign(child(child(object, 'metadata'), 'annotations'), countsOf(deployment), more)
  })
}

function makeSet(world: World, deployment: Stored, olds: readonly Stored[], revision: number): Stored {
  const template = bareTemplate(deployment)
  const hash = hashOf(template)
  const labels = { ...labelsIn(template), [hashLabel]: hash }
  const selector = copyOf((at(deployment, 'spec', 'selector') ?? {}) as JsonObject)
  child(selector, 'matchLabels')[hashLabel] = hash
  const metadata = isObject(template['metadata']) ? template['metadata'] : {}
  const replicas = newCount(boundsOf(deployment), { wanted: 0, available: 0 }, olds.map(toCount))
  const recreate = stringAt(deployment, 'spec', 'strategy', 'type') === 'Recreate'
  const annotations = { ...countsOf(deployment), [`${prefix}revision`]: String(revision) }
  const set = {
    metadata: {
      name: freeName(world, deployment, hash),
      namespace: namespaceOf(deployment),
      labels,
      annotations,
      ownerReferences: [ownerReference(kinds.Deployment, deployment)],
    },
    spec: {
      replicas: recreate && olds.length > 0 ? 0 : replicas,
      selector,
      template: { ...template, metadata: { ...metadata, labels } },
    },
  }
  return makeOwn(world, kinds.ReplicaSet, set, manager)
}

/** One of that name may belong to somebody else, or be on its way out. */
function freeName(world: World, deployment: Stored, hash: string): string {
  const name = `${nameOf(deployment)}-${hash}`
  const taken = world.store.get(kinds.ReplicaSet, namespaceOf(deployment), name) !== undefined
  return taken ? freeName(world, deployment, hashOf({ hash })) : name
}

/** One turn of the rollout: more new pods, or fewer old ones. */
function move(world: World, deployment: Stored, fresh: Stored, olds: readonly Stored[]): void {
  const bounds = boundsOf(deployment)
  const active = olds.filter((set) => toCount(set).wanted > 0)
  const scale = (set: Stored, replicas: number) =>
    changeOwn(world, kinds.ReplicaSet, set, manager, (object: Mutable) => {
      child(object, 'spec')['replicas'] = replicas
    })
  if (stringAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') {
    for (const set of active) scale(set, 0)
    const pods = olds
      .flatMap((set) => ownedBy(world, podKind, set))
      .filter((pod) => isActive(pod) || isGoing(pod))
    scale(fresh, pods.length > 0 ? toCount(fresh).wanted : bounds.replicas)
    return
  }
  const grown = scale(fresh, newCount(bounds, toCount(fresh), active.map(toCount)))
  const kept = oldCounts(bounds, toCount(grown), active.map(toCount))
  active.forEach((set, index) => scale(set, kept[index] ?? 0))
}

/** Old, empty sets beyond the history that is wanted. */
function cleanUp(world: World, deployment: Stored, olds: readonly Stored[]): void {
  const limit = numberAt(deployment, 'spec', 'revisionHistoryLimit') ?? 10
  const empty = olds.filter(
    (set) => !isGoing(set) && sum([toCount(set).wanted, numberAt(set, 'status', 'replicas') ?? 0]) === 0,
  )
  const surplus = empty
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, empty.length - limit))
  for (const set of surplus) {
    const target = { kind: kinds.ReplicaSet, namespace: namespaceOf(set), name: nameOf(set) }
    deleteObject(world, target, { propagation: 'Background', uid: uidOf(set), dryRun: false })
  }
}

function labelsIn(template: JsonObject): JsonObject {
  const labels = at(template, 'metadata', 'labels')
  return isObject(labels) ? labels : {}
}

/** The pod template without the label that tells ReplicaSets apart. */
function bareTemplate(object: JsonObject): JsonObject {
  const template = (at(object, 'spec', 'template') ?? {}) as JsonObject
  const { [hashLabel]: _hash, ...labels } = labelsIn(template)
  const metadata = isObject(template['metadata']) ? template['metadata'] : {}
  return { ...template, metadata: { ...metadata, labels } }
}

const letters = 'bcdfghjklmnpqrstvwxz2456789'

/** Ten letters that no label refuses; equal templates give equal ones. */
function hashOf(value: JsonObject): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest()
  return [...digest.subarray(0, 10)].map((byte) => letters[byte % letters.length]).join('')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}
