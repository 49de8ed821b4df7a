import { controlPlaneBinary } from './build.ts'

/** Sees to the control plane's binary; answers why there is none, else `undefined`. */
export function ensureControlPlane(): Promise<string | undefined> {
  if (process.env.WHEELHOUSE_TEST_KUBECONFIG !== undefined) return Promise.resolve(undefined)
  const binary = controlPlaneBinary()
  return Promise.resolve(typeof binary === 'string' ? undefined : binary.why)
}
