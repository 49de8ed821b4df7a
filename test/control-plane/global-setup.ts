import type { TestProject } from 'vitest/node'
import { useForeignCluster } from './foreign.ts'
import { kubectlBinary } from './build.ts'
import type { SharedDetails } from './shared.ts'
import { startControlPlane } from './start.ts'

type Running = { readonly details: SharedDetails; readonly stop: () => Promise<void> }

/** Vitest's hook before the first file of a run; what it answers is called after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env.WHEELHOUSE_TEST_KUBECONFIG
  const running = await (named === undefined ? startOwn() : useForeignCluster(named))
  project.provide('controlPlane', running.details)
  return running.stop
}

async function startOwn(): Promise<Running> {
  const kubectlCommand = await kubectlBinary()
  if (typeof kubectlCommand !== 'string') throw new Error(kubectlCommand.skipped)
  const started = await startControlPlane()
  const details: SharedDetails = {
    server: started.server,
    kubectlCommand,
    kubectlCache: started.kubectlCache,
    kubeconfigs: {
      admin: started.kubeconfig,
      viewer: started.kubeconfigFor('viewer'),
      'namespace-only': started.kubeconfigFor('namespace-only'),
      outsider: started.kubeconfigFor('outsider'),
    },
  }
  return { details, stop: started.stop }
}
