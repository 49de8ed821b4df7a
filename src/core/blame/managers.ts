import { managedEntries, ownedPaths } from '../diff/managed-fields.ts'
import type { ManagedEntry } from '../diff/managed-fields.ts'
import type { JsonObject } from '../manifest/index.ts'

/** Who holds a live field: managers that own the path itself, or what it lies in as a whole; of a map or list those of anything in it. */
export function managersOf(object: JsonObject, path: string): readonly ManagedEntry[] {
  const owners = managedEntries(object).map((entry) => ({ entry, paths: ownedPaths(entry.fields) }))
  const holds = (test: (leaf: string) => boolean) =>
    owners.filter(({ paths }) => paths.leaves.some(test)).map(({ entry }) => entry)
  const direct = holds((leaf) => leaf === path || isBelow(path, leaf))
  return direct.length > 0 ? direct : holds((leaf) => isBelow(leaf, path))
}

function isBelow(path: string, parent: string): boolean {
  return path.startsWith(parent) && /^[.[]/.test(path.slice(parent.length))
}
