import { join } from 'node:path'
import { goBinary, kubectlBinary, type Skipped } from '../control-plane/build.ts'

const kustomizeVersion = 'v5.8.1'
const helmVersion = 'v3.22.0'

/** Path of a tool that results are compared with, built from source into the cache, or why it cannot be had. */
export function peer(name: 'kustomize' | 'helm' | 'kubectl'): Promise<string | Skipped> {
  const module = join(import.meta.dirname, name)
  switch (name) {
    case 'kubectl':
      return kubectlBinary()
    case 'kustomize':
      return goBinary({
        name,
        module,
        target: 'sigs.k8s.io/kustomize/kustomize/v5',
        ldflags: `-X sigs.k8s.io/kustomize/api/provenance.version=${kustomizeVersion}`,
      })
    case 'helm':
      return goBinary({
        name,
        module,
        target: 'helm.sh/helm/v3/cmd/helm',
        ldflags: helmFlags,
      })
  }
}

/** Helm's own build sets the Kubernetes version that `helm template` assumes to that of its client-go. */
const helmFlags = [
  `-X helm.sh/helm/v3/internal/version.version=${helmVersion}`,
  ...['lint/rules', 'chartutil'].flatMap((path) => [
    `-X helm.sh/helm/v3/pkg/${path}.k8sVersionMajor=1`,
    `-X helm.sh/helm/v3/pkg/${path}.k8sVersionMinor=37`,
  ]),
].join(' ')
