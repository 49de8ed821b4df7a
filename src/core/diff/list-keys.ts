import { isObject } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

/** Merge keys of the built-in lists by field name (`x-kubernetes-list-map-keys`); other lists of named objects go by `name`. */
const keysByField: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ports: [
    ['containerPort', 'protocol'],
    ['port', 'protocol'],
  ],
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  hostAliases: [['ip']],
  conditions: [['type']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable']],
  ownerReferences: [['uid']],
  resourceClaims: [['name']],
}
const byName: readonly (readonly string[])[] = [['name']]

/** The keys that tell the items of both lists apart, or undefined where only the position does. */
export function listKeysOf(
  field: string,
  lists: readonly (readonly unknown[])[],
): readonly string[] | undefined {
  const candidates = keysByField[field] ?? byName
  return candidates.find((keys) => lists.every((list) => tellsApart(keys, list)))
}

function tellsApart(keys: readonly string[], list: readonly unknown[]): boolean {
  const seen = new Set<string>()
  for (const item of list) {
    if (!isObject(item)) return false
    // `protocol` has a default; the other keys must be there.
    if (keys.some((key) => item[key] === undefined && key !== 'protocol')) return false
    const id = itemId(keys, item)
    if (seen.has(id)) return false
    seen.add(id)
  }
  return true
}

export function itemKeys(keys: readonly string[], item: JsonObject): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, item[key] ?? 'TCP']))
}

export function itemId(keys: readonly string[], item: JsonObject): string {
  return JSON.stringify(itemKeys(keys, item))
}
