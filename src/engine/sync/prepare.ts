import type { ResourceKey } from '#contract'
import {
  apiVersionOf,
  groupOf,
  isClusterScoped,
  normalise,
  partOfLabel,
  placeManifests,
  withAt,
  withoutNamespace,
} from '#core'
import type { JsonObject, Manifest } from '#core'
import type { Cluster } from '../kube/index.ts'
import { toBase64 } from './room.ts'

/** One desired object, normalised, with its label, at its place in the order. */
export type Wanted = {
  readonly key: ResourceKey
  readonly apiVersion: string
  readonly wave: number
  /** With the ApplySet's label; without our revision annotation. */
  readonly object: JsonObject
  readonly manifest: Manifest
}

/** Rendered manifests -> what is to be there, in apply order. Discovery knows which custom kinds have no namespace. */
export async function prepare(
  request: {
    readonly cluster: Cluster
    readonly namespace: string
    readonly setId: string
    readonly signal?: AbortSignal | undefined
  },
  manifests: readonly Manifest[],
): Promise<readonly Wanted[]> {
  const clusterWide = await clusterWideKinds(request.cluster, manifests, request.signal)
  const placed = placeManifests(manifests.map((manifest) => place(manifest, clusterWide, request.namespace)))
  return placed.map(({ manifest, wave }) => ({
    key: manifest.key,
    apiVersion: apiVersionOf(manifest.object),
    wave,
    object: withAt(manifest.object, ['metadata', 'labels', partOfLabel], request.setId),
    manifest,
  }))
}

function place(manifest: Manifest, clusterWide: ReadonlySet<string>, namespace: string): Manifest {
  const normal = { ...manifest, object: normalise(manifest.object, toBase64) }
  const { group, kind } = manifest.key
  if (clusterWide.has(`${group}/${kind}`)) return withoutNamespace(normal)
  if (isClusterScoped(manifest.key) || manifest.key.namespace !== '') return normal
  return {
    ...normal,
    key: { ...manifest.key, namespace },
    object: withAt(normal.object, ['metadata', 'namespace'], namespace),
  }
}

/** Only custom groups are asked for: the scope of built-in kinds is a table. */
async function clusterWideKinds(
  cluster: Cluster,
  manifests: readonly Manifest[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const custom = new Map(
    manifests
      .filter(({ key }) => key.group.includes('.') && !key.group.endsWith('.k8s.io'))
      .map(({ key: { group, kind }, object }) => [
        `${group}/${kind}`,
        { group, kind, apiVersion: apiVersionOf(object) },
      ]),
  )
  const found = new Set<string>()
  if (custom.size === 0) return found
  const { resources } = await cluster.discovery({ signal })
  for (const [name, { group, kind }] of custom) {
    const resource = resources.find((one) => one.group === group && one.kind === kind)
    const scope = resource === undefined ? scopeInBatch(manifests, group, kind) : resource.namespaced
    if (scope === false) found.add(name)
  }
  return found
}

/** A kind whose definition comes with the same plan is as that says. */
function scopeInBatch(manifests: readonly Manifest[], group: string, kind: string): boolean | undefined {
  for (const { key, object } of manifests) {
    if (key.kind !== 'CustomResourceDefinition') continue
    const spec = object.spec as
      | { readonly group?: unknown; readonly scope?: unknown; readonly names?: { readonly kind?: unknown } }
      | undefined
    if (spec?.group === group && spec.names?.kind === kind) return spec.scope === 'Namespaced'
  }
  return undefined
}

/** Group-kinds that the plan itself defines. */
export function definedKinds(wanted: readonly Wanted[]): ReadonlySet<string> {
  return new Set(
    wanted
      .filter(({ key }) => key.kind === 'CustomResourceDefinition')
      .map(({ object }) => {
        const spec = object.spec as
          { readonly group?: string; readonly names?: { readonly kind?: string } } | undefined
        return `${spec?.group ?? ''}/${spec?.names?.kind ?? ''}`
      }),
  )
}

export function kindName(key: { readonly group: string; readonly kind: string }): string {
  return `${key.group}/${key.kind}`
}

export function groupOfVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  return { group: groupOf(apiVersion), version: apiVersion.split('/').at(-1) ?? '' }
}
