import { keyString } from './key.ts'
import { isObject, stringsAt } from './manifest.ts'
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

/** The sync wave: `argocd.argoproj.io/sync-wave` as a whole number, 0 if absent or unreadable (as Argo CD). */
export function waveOf(object: JsonObject): number {
  const text = stringsAt(object, 'metadata', 'annotations')['argocd.argoproj.io/sync-wave']
  return text !== undefined && /^[-+]?\d{1,9}$/.test(text) ? Number(text) : 0
}

export function kindOrder(kind: string): number {
  return position.get(kind) ?? kinds.length
}

/** Apply order: wave, then kind, then name. Total and stable, so that a plan's fingerprint does not depend on the render. */
export function orderManifests(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.toSorted(
    (a, b) =>
      waveOf(a.object) - waveOf(b.object) ||
      kindOrder(a.key.kind) - kindOrder(b.key.kind) ||
      compare(a.key.kind, b.key.kind) ||
      compare(keyString(a.key), keyString(b.key)),
  )
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
