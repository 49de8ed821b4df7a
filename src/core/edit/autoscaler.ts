import type { ResourceKey } from '#contract'
import { at, groupOf, isObject, keyOf, numberAt, stringAt } from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'

/** Who owns a workload's replica count, and its range. */
export type Autoscaler = {
  readonly kind: 'HorizontalPodAutoscaler' | 'ScaledObject'
  readonly name: string
  readonly min: number
  readonly max: number
}

/**
 * The autoscaler that targets a workload, among manifests or live objects (others are passed over). A KEDA ScaledObject comes before
 * the HPA that it makes. Defaults: HPA min 1; KEDA min 0, max 100.
 */
export function autoscalerOf(
  objects: Iterable<JsonObject | Manifest>,
  key: ResourceKey,
): Autoscaler | undefined {
  let found: Autoscaler | undefined
  for (const item of objects) {
    const object = isManifest(item) ? item.object : item
    const autoscaler = toAutoscaler(object)
    if (autoscaler === undefined || !targets(object, key)) continue
    if (autoscaler.kind === 'ScaledObject') return autoscaler
    found ??= autoscaler
  }
  return found
}

function isManifest(item: JsonObject | Manifest): item is Manifest {
  return isObject(item.key) && isObject(item.object)
}

function toAutoscaler(object: JsonObject): Autoscaler | undefined {
  const { group, kind, name } = keyOf(object)
  const spec = at(object, 'spec')
  if (group === 'autoscaling' && kind === 'HorizontalPodAutoscaler') {
    const max = numberAt(spec, 'maxReplicas')
    return { kind, name, min: numberAt(spec, 'minReplicas') ?? 1, max: max ?? Number.MAX_SAFE_INTEGER }
  }
  if (group !== 'keda.sh' || kind !== 'ScaledObject') return undefined
  return {
    kind,
    name,
    min: numberAt(spec, 'minReplicaCount') ?? 0,
    max: numberAt(spec, 'maxReplicaCount') ?? 100,
  }
}

function targets(object: JsonObject, key: ResourceKey): boolean {
  const namespace = stringAt(object, 'metadata', 'namespace') ?? ''
  if (namespace !== '' && key.namespace !== '' && namespace !== key.namespace) return false
  const ref = at(object, 'spec', 'scaleTargetRef')
  const keda = keyOf(object).kind === 'ScaledObject'
  const apiVersion = stringAt(ref, 'apiVersion')
  const group = apiVersion === undefined ? (keda ? 'apps' : undefined) : groupOf(apiVersion)
  const kind = stringAt(ref, 'kind') ?? (keda ? 'Deployment' : '')
  return (
    stringAt(ref, 'name') === key.name && kind === key.kind && (group === undefined || group === key.group)
  )
}
