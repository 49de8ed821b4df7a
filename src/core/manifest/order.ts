import { keyString } from './key.ts'
import { isObject, stringAt, stringsAt } from './manifest.ts'
import type { JsonObject, Manifest } from './manifest.ts'

/** Argo CD's order of kinds (gitops-engine `sync_tasks.go`); a kind that is not listed comes after all of these. */
const kinds = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
] as const
const position: ReadonlyMap<string, number> = new Map(kinds.map((kind, index) => [kind, index]))

/** The sync wave: `argocd.argoproj.io/sync-wave`, else Helm's hook weight, else 0; what is no whole number does not count (as Argo CD). */
export function waveOf(object: JsonObject): number {
  const annotations = stringsAt(object, 'metadata', 'annotations')
  for (const name of ['argocd.argoproj.io/sync-wave', 'helm.sh/hook-weight']) {
    const text = annotations[name]
    if (text !== undefined && /^[-+]?\d{1,9}$/.test(text)) return Number(text)
  }
  return 0
}

export function kindOrder(kind: string): number {
  return position.get(kind) ?? kinds.length
}

/** One object at its place in the order. `wave` is where it really runs: a Namespace or CRD is pulled up to its first user. */
export type Placed = { readonly manifest: Manifest; readonly phase: number; readonly wave: number }

/** Apply order: phase, wave, kind, name. Total and stable, so that a plan's fingerprint does not depend on the render. */
export function orderManifests(manifests: readonly Manifest[]): readonly Manifest[] {
  return placeManifests(manifests).map(({ manifest }) => manifest)
}

/** As `orderManifests`, with each object's phase and wave (reference argo-semantics 2.2). */
export function placeManifests(manifests: readonly Manifest[]): readonly Placed[] {
  const placed = manifests
    .map((manifest) => ({ manifest, phase: phaseOf(manifest.object), wave: waveOf(manifest.object) }))
    .toSorted(
      (a, b) =>
        a.phase - b.phase ||
        a.wave - b.wave ||
        kindOrder(a.manifest.key.kind) - kindOrder(b.manifest.key.kind) ||
        compare(a.manifest.key.kind, b.manifest.key.kind) ||
        compare(keyString(a.manifest.key), keyString(b.manifest.key)),
    )
  return pullUp(placed)
}

/** A Namespace or CRD that would come after the first object that needs it goes just before that one and takes its phase and wave. */
function pullUp(placed: readonly Placed[]): readonly Placed[] {
  const providers = new Map<string, Placed>()
  for (const item of placed) {
    const provides = providedBy(item.manifest)
    if (provides !== undefined && !providers.has(provides)) providers.set(provides, item)
  }
  const done = new Set<Placed>()
  const result: Placed[] = []
  for (const item of placed) {
    if (done.has(item)) continue
    for (const need of neededBy(item.manifest)) {
      const provider = providers.get(need)
      if (provider === undefined || provider === item || done.has(provider)) continue
      done.add(provider)
      result.push({ ...provider, phase: item.phase, wave: item.wave })
    }
    done.add(item)
    result.push(item)
  }
  return result
}

function providedBy({ key, object }: Manifest): string | undefined {
  if (key.kind === 'Namespace' && key.group === '') return `namespace ${key.name}`
  if (key.kind !== 'CustomResourceDefinition') return undefined
  return `kind ${stringAt(object, 'spec', 'group') ?? ''}/${stringAt(object, 'spec', 'names', 'kind') ?? ''}`
}

function neededBy({ key }: Manifest): readonly string[] {
  return [`namespace ${key.namespace}`, `kind ${key.group}/${key.kind}`]
}

const phases: Readonly<Record<string, number>> = {
  PreSync: -1,
  'pre-install': -1,
  'pre-upgrade': -1,
  PostSync: 1,
  'post-install': 1,
  'post-upgrade': 1,
  SyncFail: 2,
}

function phaseOf(object: JsonObject): number {
  const first = hookOf(object)?.names.split(',')[0]?.trim() ?? ''
  return phases[first] ?? 0
}

/** By code units: the same on every machine, unlike localeCompare. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** `test` hooks are left out of a sync; any `other` hook refuses it (`HOOKS_NOT_SUPPORTED`). */
export type Hook = { readonly kind: 'test' | 'other'; readonly names: string }

export function hookOf(object: JsonObject): Hook | undefined {
  const annotations = stringsAt(object, 'metadata', 'annotations')
  const argo = annotations['argocd.argoproj.io/hook']
  const helm = annotations['helm.sh/hook']
  // Argo CD ignores helm.sh/hook where its own annotation stands; a CRD with `crd-install` is an ordinary object.
  const names = argo ?? helm
  if (names === undefined || names === 'crd-install' || !isObject(object)) return undefined
  const tests = names
    .split(',')
    .every((name) => ['test', 'test-success', 'test-failure', 'Skip'].includes(name.trim()))
  return { kind: tests ? 'test' : 'other', names }
}
