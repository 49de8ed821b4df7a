import { keyString } from './key.ts'
import { at, isObject, withAt } from './manifest.ts'
import type { JsonObject, Manifest, Sha256 } from './manifest.ts'
import { compare } from './order.ts'

/** JSON with sorted keys: equal values give equal text, whatever order a tool printed them in. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value ?? null)
  const entries = Object.entries(value).filter(([, child]) => child !== undefined)
  return `{${entries
    .toSorted(([a], [b]) => compare(a, b))
    .map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`)
    .join(',')}}`
}

/** Hash of a whole render: what was previewed and what is applied must agree in it. Order and file names do not count. */
export function renderedHash(manifests: readonly Manifest[], sha256: Sha256): string {
  const lines = manifests
    .map((manifest) => `${keyString(manifest.key)} ${canonical(manifest.object)}`)
    .toSorted(compare)
  return sha256(lines.join('\n'))
}

/** Hash of a pod template as it was declared; undefined where the object has none. */
export function templateHash(object: JsonObject, sha256: Sha256): string | undefined {
  const template = at(object, 'spec', 'template')
  return isObject(template)
    ? sha256(canonical(withAt(template, ['metadata', 'creationTimestamp'], undefined)))
    : undefined
}
