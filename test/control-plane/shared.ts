import { inject } from 'vitest'
import { createKubectl, makeNamespace } from './kubectl.ts'
import type { Kubectl, TestNamespace } from './kubectl.ts'
import type { User } from './users.ts'

/** How test files reach the one control plane of their run. */
export type SharedDetails = {
  readonly server: string
  readonly kubectlCommand: string
  readonly kubectlCache: string
  readonly kubeconfigs: Readonly<Record<User, string>>
}

declare module 'vitest' {
  export interface ProvidedContext {
    controlPlane: SharedDetails
  }
}

/** The control plane that all test files of this run share. Nobody stops it; everybody stays in namespaces of their own. */
export type SharedControlPlane = {
  readonly server: string
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string
  readonly kubeconfigFor: (user: User) => string
  readonly kubectl: Kubectl
  /** For running kubectl as another user. */
  readonly kubectlCommand: string
  readonly kubectlCache: string
  /** Makes a namespace that no other test uses. `remove` asks for its deletion and does not wait for it. */
  readonly namespace: (prefix: string) => Promise<TestNamespace>
}

/** What global-setup.ts has started, or the cluster of WHEELHOUSE_TEST_KUBECONFIG. */
export function sharedControlPlane(): SharedControlPlane {
  const { server, kubeconfigs, kubectlCommand, kubectlCache } = inject('controlPlane')
  const kubectl = createKubectl({
    command: kubectlCommand,
    kubeconfig: kubeconfigs.admin,
    cacheDir: kubectlCache,
  })
  return {
    server,
    kubeconfig: kubeconfigs.admin,
    kubeconfigFor: (user) => kubeconfigs[user],
    kubectl,
    kubectlCommand,
    kubectlCache,
    namespace: (prefix) => makeNamespace(kubectl, prefix),
  }
}
