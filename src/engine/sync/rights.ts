import type { PlanBlock } from '#contract'
import type { Cluster } from '../kube/index.ts'
import type { SyncTarget } from './sync.ts'

/**
 * Rights that a dry-run does not prove: the parent ConfigMap, and the namespace if the sync makes it. (Rights to the objects are
 * proved by their dry-runs, which are authorised as the real calls.) What cannot be asked is left to the server.
 */
export async function missingRights(
  cluster: Cluster,
  target: SyncTarget,
  options: {
    readonly makesNamespace: boolean
    readonly hasParent: boolean
    readonly signal?: AbortSignal | undefined
  },
): Promise<readonly PlanBlock[]> {
  const parent = { group: '', resource: 'configmaps', namespace: target.namespace }
  const answers = await cluster.canI(
    [
      { verb: options.hasParent ? 'update' : 'create', ...parent },
      ...(options.makesNamespace ? [{ verb: 'create', group: '', resource: 'namespaces' }] : []),
    ],
    { signal: options.signal },
  )
  return answers
    .filter(({ answer }) => answer === 'denied')
    .map(({ verb, resource, namespace }) => ({
      code: 'KUBE_FORBIDDEN',
      message: `You have no right to ${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}: the app can be compared but not synced.`,
    }))
}
