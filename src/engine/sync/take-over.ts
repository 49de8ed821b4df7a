import { AppError } from '#contract'
import type { ResourceKey } from '#contract'
import { isObject, lastAppliedAnnotation, listAt, stringAt, stringsAt, takenOverManagers } from '#core'
import type { JsonObject } from '#core'
import type { Cluster, JsonPatchOperation } from '../kube/index.ts'
import { getAtVersion } from './read-live.ts'

const ourManager = 'wheelhouse'

/**
 * Makes the fields of client-side apply ours, so that what Git no longer declares goes away with the next apply (client-go
 * `csaupgrade`), and drops the copy that a later `kubectl apply` would merge from. Guarded by resourceVersion.
 */
export async function takeOver(
  cluster: Cluster,
  request: { readonly key: ResourceKey; readonly apiVersion: string; readonly live: JsonObject },
): Promise<void> {
  let live: JsonObject | undefined = request.live
  for (let tries = 0; live !== undefined; tries++) {
    const patch = takeOverPatch(live, request.apiVersion)
    if (patch.length === 0) return
    try {
      await cluster.jsonPatch(request.key, patch)
      return
    } catch (error) {
      // Status moves all the time on a running workload: read again and try again.
      if (!(error instanceof AppError) || error.code !== 'KUBE_CONFLICT' || tries >= 8) throw error
      live = await getAtVersion(cluster, request.key, request.apiVersion)
    }
  }
}

/** Empty where nothing is to be taken over. */
export function takeOverPatch(live: JsonObject, apiVersion: string): readonly JsonPatchOperation[] {
  const taken = takenOverManagers(live)
  if (taken.length === 0) return []
  const isTaken = (entry: JsonObject) =>
    taken.some(
      ({ manager, operation, subresource }) =>
        entry.manager === manager &&
        entry.operation === operation &&
        (entry.subresource ?? '') === subresource,
    )
  const entries = listAt(live, 'metadata', 'managedFields').filter(isObject)
  const ours = entries.find(
    (entry) => entry.manager === ourManager && entry.operation === 'Apply' && entry.subresource === undefined,
  )
  const fields = [
    ours?.fieldsV1,
    ...entries.filter(isTaken).map(({ fieldsV1 }) => fieldsV1),
  ].reduce<JsonObject>((union, set) => (isObject(set) ? unite(union, set) : union), {})
  const time = stringAt(entries.find(isTaken), 'time')
  const merged = {
    ...ours,
    manager: ourManager,
    operation: 'Apply',
    apiVersion: stringAt(ours, 'apiVersion') ?? apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(time === undefined ? {} : { time }),
  }
  const others = entries.filter((entry) => entry !== ours && !isTaken(entry))
  const copy = stringsAt(live, 'metadata', 'annotations')[lastAppliedAnnotation] !== undefined
  return [
    { op: 'replace', path: '/metadata/managedFields', value: [merged, ...others] },
    {
      op: 'replace',
      path: '/metadata/resourceVersion',
      value: stringAt(live, 'metadata', 'resourceVersion'),
    },
    ...(copy
      ? [
          {
            op: 'remove' as const,
            path: `/metadata/annotations/${lastAppliedAnnotation.replaceAll('/', '~1')}`,
          },
        ]
      : []),
  ]
}

function unite(a: JsonObject, b: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const old = result[key]
    result[key] = isObject(old) && isObject(value) ? unite(old, value) : value
  }
  return result
}
