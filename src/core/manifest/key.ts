import type { ResourceKey } from '#contract'
import { stringAt } from './manifest.ts'

/** Key of an object as it names itself; `defaultNamespace` fills in for namespaced kinds that name none. */
export function keyOf(object: unknown, defaultNamespace = ''): ResourceKey {
  const kind = stringAt(object, 'kind') ?? ''
  const group = groupOf(stringAt(object, 'apiVersion') ?? '')
  const namespace = stringAt(object, 'metadata', 'namespace') ?? ''
  const name = stringAt(object, 'metadata', 'name') ?? generatedName(object)
  const scoped = isClusterScoped({ group, kind })
  return { group, kind, namespace: scoped ? '' : namespace === '' ? defaultNamespace : namespace, name }
}

/** Hooks may leave their name to the server; `migrate-*` stands for it in lists. */
function generatedName(object: unknown): string {
  const prefix = stringAt(object, 'metadata', 'generateName')
  return prefix === undefined ? '' : `${prefix}*`
}

/** `apps/v1`, as the object says it; empty where it says nothing. */
export function apiVersionOf(object: unknown): string {
  return stringAt(object, 'apiVersion') ?? ''
}

export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** The one text form: `group/kind/namespace/name`. */
export function keyString(key: ResourceKey): string {
  return `${key.group}/${key.kind}/${key.namespace}/${key.name}`
}

export function parseKey(text: string): ResourceKey | undefined {
  const [group, kind, namespace, ...name] = text.split('/')
  if (group === undefined || !kind || namespace === undefined || name.length === 0 || name[0] === '')
    return undefined
  return { group, kind, namespace, name: name.join('/') }
}

/** As people write it: `Deployment/web`. */
export function displayKey(key: ResourceKey): string {
  return `${key.kind}/${key.name}`
}

const clusterKinds: Readonly<Record<string, readonly string[]>> = {
  '': ['Namespace', 'Node', 'PersistentVolume', 'ComponentStatus'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'apiregistration.k8s.io': ['APIService'],
  'storage.k8s.io': ['StorageClass', 'CSIDriver', 'CSINode', 'VolumeAttachment', 'VolumeAttributesClass'],
  'scheduling.k8s.io': ['PriorityClass'],
  'networking.k8s.io': ['IngressClass', 'ServiceCIDR', 'IPAddress'],
  'node.k8s.io': ['RuntimeClass'],
  policy: ['PodSecurityPolicy'],
  'admissionregistration.k8s.io': [
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
  ],
  'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
  'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
}

/** Built-in kinds without a namespace. Custom kinds: discovery knows (see `isNamespaced`, `withoutNamespace`). */
export function isClusterScoped(key: { readonly group: string; readonly kind: string }): boolean {
  return clusterKinds[key.group]?.includes(key.kind) ?? false
}

/** Does the kind live in a namespace? `scopeOf` is the cluster's word on it (undefined = it does not know the kind). */
export function isNamespaced(
  key: { readonly group: string; readonly kind: string },
  scopeOf?: (key: { readonly group: string; readonly kind: string }) => boolean | undefined,
): boolean {
  return scopeOf?.(key) ?? !isClusterScoped(key)
}
