import { isObject, listAt, stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { toPath } from './path.ts'
import type { PathStep } from './path.ts'

/** One entry of `metadata.managedFields`. `time` is that manager's last change of anything: "at or before". */
export type ManagedEntry = {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly subresource: string
  readonly apiVersion: string
  readonly time: string | undefined
  readonly fields: JsonObject
}

export function managedEntries(object: JsonObject | undefined): readonly ManagedEntry[] {
  return listAt(object, 'metadata', 'managedFields')
    .filter(isObject)
    .map((entry) => ({
      manager: stringAt(entry, 'manager') ?? '',
      operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
      subresource: stringAt(entry, 'subresource') ?? '',
      apiVersion: stringAt(entry, 'apiVersion') ?? '',
      time: stringAt(entry, 'time'),
      fields: isObject(entry.fieldsV1) ? entry.fieldsV1 : {},
    }))
}

/** What a fieldsV1 set owns: `leaves` = fields without any below; `items` = list items and maps owned by themselves (`.`) beside their fields. */
export type Owned = { readonly leaves: readonly string[]; readonly items: readonly string[] }

export function ownedPaths(fields: JsonObject): Owned {
  const leaves: string[] = []
  const items: string[] = []
  const collect = (steps: readonly PathStep[], node: JsonObject) => {
    const children = Object.entries(node).filter(([key]) => key !== '.')
    if (children.length === 0 && steps.length > 0) leaves.push(toPath(steps))
    else if (node['.'] !== undefined && steps.length > 0) items.push(toPath(steps))
    for (const [key, child] of children) {
      const step = parseElement(key)
      if (step !== undefined) collect([...steps, step], isObject(child) ? child : {})
    }
  }
  collect([], fields)
  return { leaves, items }
}

/** `f:name`, `k:{"name":"app"}`, `v:"text"`, `i:0` (structured-merge-diff, serialize-pe.go). */
export function parseElement(text: string): PathStep | undefined {
  const rest = text.slice(2)
  if (text.startsWith('f:')) return { field: rest }
  if (text.startsWith('i:')) return { index: Number(rest) }
  if (text.startsWith('k:')) {
    const keys: unknown = JSON.parse(rest)
    return isObject(keys) ? { keys } : undefined
  }
  return text.startsWith('v:') ? { value: JSON.parse(rest) } : undefined
}
