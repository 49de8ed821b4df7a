import { isObject, listAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { apiVersionOf, kinds } from '../kinds.ts'
import type { ServedKind } from '../kinds.ts'
import { controllerOf, isGoing, nameOf, namespaceOf, uidOf } from '../object.ts'
import type { OwnerReference, Stored } from '../object.ts'
import type { World } from '../world.ts'

export function ownerReference(kind: ServedKind, owner: Stored): OwnerReference {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  }
}

export function ownedBy(world: World, kind: ServedKind, owner: Stored): readonly Stored[] {
  return world.store
    .list(kind, namespaceOf(owner))
    .filter((object) => controllerOf(object)?.uid === uidOf(owner))
}

export const phaseOf = (pod: JsonObject): string => stringAt(pod, 'status', 'phase') ?? ''

/** Counts for its controller: not on its way out, and not ended. */
export function isActive(pod: Stored): boolean {
  return !isGoing(pod) && phaseOf(pod) !== 'Succeeded' && phaseOf(pod) !== 'Failed'
}

export function isReady(pod: Stored): boolean {
  return conditionOf(pod, 'Ready')?.['status'] === 'True'
}

export function conditionOf(object: JsonObject, type: string): JsonObject | undefined {
  return listAt(object, 'status', 'conditions')
    .filter(isObject)
    .find((one) => one['type'] === type)
}

/** Those that are no longer there count too, until the kubelet has taken them away. */
export function terminating(pods: readonly Stored[]): number {
  return pods.filter((pod) => isGoing(pod) && phaseOf(pod) !== 'Succeeded' && phaseOf(pod) !== 'Failed')
    .length
}

export function makePodFrom(
  template: JsonObject,
  owner: { readonly kind: ServedKind; readonly object: Stored },
): JsonObject {
  const metadata = isObject(template['metadata']) ? template['metadata'] : {}
  return {
    metadata: {
      ...(metadata['labels'] === undefined ? {} : { labels: metadata['labels'] }),
      ...(metadata['annotations'] === undefined ? {} : { annotations: metadata['annotations'] }),
      generateName: `${nameOf(owner.object)}-`,
      namespace: namespaceOf(owner.object),
      ownerReferences: [ownerReference(owner.kind, owner.object)],
    },
    spec: template['spec'],
  }
}

/** Tells a controller of its own objects and of those that they made. */
export function watchOwned(
  world: World,
  kind: ServedKind,
  made: ServedKind,
  add: (namespace: string, name: string) => void,
): void {
  world.store.onEvent(({ kind: changed, object }) => {
    if (changed === kind) add(namespaceOf(object), nameOf(object))
    const owner = changed === made ? controllerOf(object) : undefined
    if (owner?.kind === kind.kind) add(namespaceOf(object), owner.name)
  })
  for (const object of world.store.list(kind)) add(namespaceOf(object), nameOf(object))
}

export const podKind = kinds.Pod
