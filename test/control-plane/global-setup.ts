import type { TestProject } from 'vitest/node'
import { controlPlaneBinary } from './build.ts'
import { startControlPlane } from './start.ts'
import { writeKubeconfig } from './users.ts'

declare module 'vitest' {
  // An augmentation must be an interface to merge.
  // oxlint-disable-next-line typescript/consistent-type-definitions
  export interface ProvidedContext {
    cluster: { readonly kubeconfig: string; readonly binary: string; readonly dir: string }
  }
}

/** One control plane for a whole run; tests use namespaces of their own. `WHEELHOUSE_TEST_KUBECONFIG` names another cluster instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const binary = controlPlaneBinary()
  if (typeof binary !== 'string') throw new Error(binary.why)
  const given = process.env.WHEELHOUSE_TEST_KUBECONFIG
  if (given !== undefined) {
    project.provide('cluster', { kubeconfig: given, binary, dir: '' })
    return () => Promise.resolve()
  }
  const plane = await startControlPlane(binary)
  for (const user of ['viewer', 'namespace-only', 'outsider'] as const) writeKubeconfig({ ...plane, user })
  project.provide('cluster', { kubeconfig: plane.kubeconfig(), binary, dir: plane.dir })
  return plane.stop
}
