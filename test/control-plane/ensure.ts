import { peer } from '../peers/build.ts'
import { controlPlaneBinary } from './build.ts'

/** Sees to the real control plane (or the cluster of WHEELHOUSE_TEST_KUBECONFIG). Answers why there is none, else `undefined`. */
export async function ensureControlPlane(): Promise<string | undefined> {
  if (process.env.WHEELHOUSE_TEST_KUBECONFIG !== undefined) return undefined
  return reasonOf(await controlPlaneBinary())
}

/** Sees to kubectl, kustomize and helm, which tests compare with. Answers why there are none, else `undefined`. */
export async function ensurePeers(): Promise<string | undefined> {
  for (const name of ['kubectl', 'kustomize', 'helm'] as const) {
    const why = reasonOf(await peer(name))
    if (why !== undefined) return why
  }
  return undefined
}

function reasonOf(result: string | { readonly skipped: string }): string | undefined {
  return typeof result === 'string' ? undefined : result.skipped
}
