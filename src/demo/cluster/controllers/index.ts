import type { World } from '../world.ts'
import { usualPace } from './container.ts'
import type { Pace } from './container.ts'
import { startClaims } from './claims.ts'
import { startDeployments } from './deployments.ts'
import { startGarbage } from './garbage.ts'
import { startJobs } from './jobs.ts'
import { startNamespaces } from './namespaces.ts'
import { startPods } from './pods.ts'
import { startReplicaSets } from './replica-sets.ts'

/** What makes the cluster follow: each controller compares what is with what should be, whenever either changes. */
export function startControllers(world: World, pace: Partial<Pace>): { readonly close: () => void } {
  const queues = [
    startNamespaces(world),
    startGarbage(world),
    startClaims(world),
    startDeployments(world),
    startReplicaSets(world),
    startJobs(world),
    startPods(world, { ...usualPace, ...pace }),
  ]
  return {
    close: () => {
      for (const queue of queues) queue.close()
    },
  }
}
