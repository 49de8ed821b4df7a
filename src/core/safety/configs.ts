import type { ResourceKey, SafetyReason } from '#contract'
import { at, displayKey, isObject, keyString, listAt, podSpecPaths, stringAt } from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'
import { unread } from './live.ts'
import type { LiveOf } from './live.ts'

/** A ConfigMap or Secret without which a container does not start; `name` of a key in it where one is named. */
type Need = { readonly key: ResourceKey; readonly entry: string | undefined }

/** Objects that pods of the result need and that neither the result declares nor the cluster has. The kubelet waits for them for ever. */
export function configReasons({
  after,
  live,
}: {
  readonly after: readonly Manifest[]
  readonly live: LiveOf
}): readonly SafetyReason[] {
  const declared = new Map(after.map((manifest) => [keyString(manifest.key), manifest.object]))
  return after.flatMap((manifest) => {
    const seen = new Set<string>()
    return needsOf(manifest).flatMap((need): readonly SafetyReason[] => {
      const id = `${keyString(need.key)} ${need.entry ?? ''}`
      if (seen.has(id)) return []
      seen.add(id)
      const own = declared.get(keyString(need.key))
      return lacking(manifest, need, own === undefined ? live(need.key) : { state: 'present', object: own })
    })
  })
}

function lacking(
  manifest: Manifest,
  { key, entry }: Need,
  found: ReturnType<LiveOf>,
): readonly SafetyReason[] {
  const who = displayKey(manifest.key)
  if (found.state === 'unknown')
    return [unread(manifest.key, `${displayKey(key)}, which its pods need,`, found.why)]
  if (found.state === 'absent') {
    const words = `${who} needs ${displayKey(key)}, which neither the result nor the cluster has: its pods would not start.`
    return [{ code: 'CONFIG_MISSING', level: 'danger', key: manifest.key, words }]
  }
  if (entry === undefined || hasEntry(found.object, entry)) return []
  const words = `${who} needs ${entry} of ${displayKey(key)}, which is not in it: its pods would not start.`
  return [{ code: 'CONFIG_MISSING', level: 'danger', key: manifest.key, words }]
}

function hasEntry(object: JsonObject, entry: string): boolean {
  return ['data', 'binaryData', 'stringData'].some((field) => {
    const values = at(object, field)
    return isObject(values) && entry in values
  })
}

function needsOf({ key, object }: Manifest): readonly Need[] {
  return podSpecPaths(object).flatMap((path) => {
    const spec = at(object, ...path)
    const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
    const found = [...containers.flatMap(ofContainer), ...listAt(spec, 'volumes').flatMap(ofVolume)]
    return found.map(({ kind, name, entry }) => ({
      key: { group: '', kind, namespace: key.namespace, name },
      entry,
    }))
  })
}

type Reference = { readonly kind: string; readonly name: string; readonly entry: string | undefined }

function reference(kind: string, source: unknown, nameField = 'name', entry?: string): readonly Reference[] {
  const name = stringAt(source, nameField)
  return name === undefined || name === '' || at(source, 'optional') === true ? [] : [{ kind, name, entry }]
}

function ofContainer(container: unknown): readonly Reference[] {
  const whole = listAt(container, 'envFrom').flatMap((from) => [
    ...reference('ConfigMap', at(from, 'configMapRef')),
    ...reference('Secret', at(from, 'secretRef')),
  ])
  const single = listAt(container, 'env').flatMap((variable) => {
    const from = at(variable, 'valueFrom')
    const [map, secret] = [at(from, 'configMapKeyRef'), at(from, 'secretKeyRef')]
    return [
      ...reference('ConfigMap', map, 'name', stringAt(map, 'key')),
      ...reference('Secret', secret, 'name', stringAt(secret, 'key')),
    ]
  })
  return [...whole, ...single]
}

function ofVolume(volume: unknown): readonly Reference[] {
  const projected = listAt(volume, 'projected', 'sources').flatMap((source) => [
    ...reference('ConfigMap', at(source, 'configMap')),
    ...reference('Secret', at(source, 'secret')),
  ])
  return [
    ...reference('ConfigMap', at(volume, 'configMap')),
    ...reference('Secret', at(volume, 'secret'), 'secretName'),
    ...projected,
  ]
}
