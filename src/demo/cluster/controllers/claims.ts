import { at, stringAt } from '#core'
import { dropFinalizer } from '../delete.ts'
import { kinds } from '../kinds.ts'
import { finalizersOf, isGoing, nameOf, namespaceOf } from '../object.ts'
import type { Stored } from '../object.ts'
import { objects } from '../pod-defaults.ts'
import { createQueue, keyOf, partsOf } from '../queue.ts'
import type { Queue } from '../queue.ts'
import { claimProtection } from '../strategy.ts'
import type { World } from '../world.ts'
import { isActive } from './owned.ts'

/** Lets a deleted claim go once no pod uses it. */
export function startClaims(world: World): Queue {
  const { store } = world
  const queue = createQueue(world, 'claims', (key) => {
    const { namespace, name } = partsOf(key)
    const claim = store.get(kinds.PersistentVolumeClaim, namespace, name)
    if (claim === undefined || !isGoing(claim) || !finalizersOf(claim).includes(claimProtection)) return
    const used = store.list(kinds.Pod, namespace).some((pod) => isActive(pod) && claimsOf(pod).includes(name))
    if (!used) dropFinalizer(world, kinds.PersistentVolumeClaim, claim, claimProtection)
  })
  store.onEvent(({ kind, object }) => {
    if (kind === kinds.PersistentVolumeClaim) queue.add(keyOf(namespaceOf(object), nameOf(object)))
    else if (kind === kinds.Pod)
      for (const name of claimsOf(object)) queue.add(keyOf(namespaceOf(object), name))
  })
  for (const claim of store.list(kinds.PersistentVolumeClaim))
    queue.add(keyOf(namespaceOf(claim), nameOf(claim)))
  return queue
}

function claimsOf(pod: Stored): readonly string[] {
  return objects(at(pod, 'spec', 'volumes')).flatMap(
    (volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName') ?? [],
  )
}
