import { kinds, allKinds } from '../kinds.ts'
import { deleteObject } from '../delete.ts'
import { isGoing, nameOf, namespaceOf } from '../object.ts'
import { makeOwn } from '../own-write.ts'
import { createQueue, keyOf, partsOf } from '../queue.ts'
import type { Queue } from '../queue.ts'
import type { World } from '../world.ts'

const first = ['kube-system', 'default', 'kube-public', 'kube-node-lease']

/** Gives each namespace its account, and empties one that is to go before it goes. */
export function startNamespaces(world: World): Queue {
  const { store } = world
  const queue = createQueue(world, 'namespaces', (key) => {
    const { name } = partsOf(key)
    const namespace = store.get(kinds.Namespace, '', name)
    if (namespace === undefined) return
    if (!isGoing(namespace)) return furnish(world, name)
    if (isEmptied(world, name)) store.remove(kinds.Namespace, namespace)
  })
  store.onEvent(({ kind, object, type }) => {
    if (kind === kinds.Namespace) queue.add(keyOf('', nameOf(object)))
    else if (type === 'DELETED') queue.add(keyOf('', namespaceOf(object)))
  })
  for (const name of first) {
    if (store.get(kinds.Namespace, '', name) !== undefined) continue
    makeOwn(world, kinds.Namespace, { metadata: { name } }, 'kube-apiserver')
  }
  for (const namespace of store.list(kinds.Namespace)) queue.add(keyOf('', nameOf(namespace)))
  return queue
}

function furnish(world: World, namespace: string): void {
  if (world.store.get(kinds.ServiceAccount, namespace, 'default') === undefined)
    makeOwn(
      world,
      kinds.ServiceAccount,
      { metadata: { name: 'default', namespace } },
      'kube-controller-manager',
    )
}

/** Deletes what is left; true once nothing is. */
function isEmptied(world: World, namespace: string): boolean {
  let left = 0
  for (const kind of allKinds.filter(({ namespaced }) => namespaced))
    for (const object of world.store.list(kind, namespace)) {
      if (!isGoing(object))
        deleteObject(
          world,
          { kind, namespace, name: nameOf(object) },
          { propagation: 'Background', dryRun: false },
        )
      if (world.store.get(kind, namespace, nameOf(object)) !== undefined) left += 1
    }
  return left === 0
}
