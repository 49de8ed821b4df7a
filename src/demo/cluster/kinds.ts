/** One kind that this cluster serves: only what the contract suites prove. */
export type ServedKind = {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
  readonly subresources: readonly ('status' | 'scale')[]
  /** Counts changes of its spec. */
  readonly generation: boolean
}

const served = (group: string, kind: string, plural: string, more: Partial<ServedKind> = {}): ServedKind => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced: true,
  subresources: [],
  generation: false,
  ...more,
})

export const kinds = {
  Namespace: served('', 'Namespace', 'namespaces', { namespaced: false, subresources: ['status'] }),
  ConfigMap: served('', 'ConfigMap', 'configmaps'),
  Secret: served('', 'Secret', 'secrets'),
  Service: served('', 'Service', 'services', { subresources: ['status'] }),
  ServiceAccount: served('', 'ServiceAccount', 'serviceaccounts'),
  PersistentVolumeClaim: served('', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
    subresources: ['status'],
  }),
  Pod: served('', 'Pod', 'pods', { subresources: ['status'], generation: true }),
  ReplicaSet: served('apps', 'ReplicaSet', 'replicasets', {
    subresources: ['status', 'scale'],
    generation: true,
  }),
  Deployment: served('apps', 'Deployment', 'deployments', {
    subresources: ['status', 'scale'],
    generation: true,
  }),
  Job: served('batch', 'Job', 'jobs', { subresources: ['status'], generation: true }),
  HorizontalPodAutoscaler: served('autoscaling', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    version: 'v2',
    subresources: ['status'],
  }),
} as const satisfies Readonly<Record<string, ServedKind>>

export const allKinds: readonly ServedKind[] = Object.values(kinds)

export function apiVersionOf({ group, version }: ServedKind): string {
  return group === '' ? version : `${group}/${version}`
}

/** The path of its group-version in discovery and OpenAPI: `api/v1`, `apis/apps/v1`. */
export function rootOf({ group, version }: ServedKind): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}

export function kindOfPath(group: string, version: string, plural: string): ServedKind | undefined {
  return allKinds.find((one) => one.group === group && one.version === version && one.plural === plural)
}

export function kindNamed(apiVersion: string, kind: string): ServedKind | undefined {
  return allKinds.find((one) => apiVersionOf(one) === apiVersion && one.kind === kind)
}
