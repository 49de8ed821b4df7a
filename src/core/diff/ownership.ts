import type { IgnoredField, UndeclaredField } from '#contract'
import { canonical, lastAppliedAnnotation } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { managedEntries, ownedPaths } from './managed-fields.ts'
import type { ManagedEntry } from './managed-fields.ts'
import { readPath, withoutPath } from './path.ts'
import { fieldManager, isPeoplesTool } from './people.ts'

/**
 * The predicted object once the fields of client-side apply are ours: what they own, nobody else owns and we do not declare goes away.
 * A dry-run cannot show it: migration and apply would both have to be dry (k/k#125607).
 */
export function afterTakeOver(input: {
  readonly payload: JsonObject
  readonly live: JsonObject
  readonly predicted: JsonObject
  readonly taken: readonly ManagedEntry[]
}): JsonObject {
  if (input.taken.length === 0) return input.predicted
  const others = managedEntries(input.live)
    .filter(
      (entry) =>
        !input.taken.some(
          (taken) =>
            taken.manager === entry.manager &&
            taken.operation === entry.operation &&
            taken.subresource === entry.subresource,
        ),
    )
    .flatMap(({ fields }) => {
      const { leaves, items } = ownedPaths(fields)
      return [...leaves, ...items]
    })
  const kept = (path: string) =>
    readPath(input.payload, path).found || others.some((other) => other === path || isBelow(other, path))
  let result = input.predicted
  for (const entry of input.taken) {
    const { leaves, items } = ownedPaths(entry.fields)
    for (const path of [...items, ...leaves]) {
      if (path !== '.metadata.annotations' && path !== '.metadata.labels' && !kept(path))
        result = withoutPath(result, path)
    }
  }
  return result
}

function isBelow(path: string, parent: string): boolean {
  return path.startsWith(parent) && /^[.[]/.test(path.slice(parent.length))
}

/** Annotations that kubectl and controllers write for themselves: nobody "set" them. */
const ownNotes = [lastAppliedAnnotation, 'deployment.kubernetes.io/revision', 'wheelhouse.app/revision']

/** Set D: fields that people's tools own, no manifest declares and no controller shares. A sync cannot remove what it never owned. */
export function undeclaredFields(input: {
  readonly live: JsonObject
  readonly payload: JsonObject
  readonly taken: readonly ManagedEntry[]
  readonly masked: JsonObject | undefined
  readonly ignored: readonly IgnoredField[]
}): readonly UndeclaredField[] {
  const entries = managedEntries(input.live).filter(({ subresource }) => subresource !== 'status')
  const isTaken = (entry: ManagedEntry) =>
    input.taken.some(
      ({ manager, subresource }) => manager === entry.manager && subresource === entry.subresource,
    )
  const people = entries.filter((entry) => isPeoplesTool(entry.manager, entry.operation) && !isTaken(entry))
  if (people.length === 0) return []
  const others = new Set(
    entries
      .filter((entry) => !isPeoplesTool(entry.manager, entry.operation))
      .flatMap(({ fields }) => ownedPaths(fields).leaves),
  )
  const skipped = new Set([
    ...input.ignored.map(({ path }) => path),
    ...ownNotes.map((name) => `.metadata.annotations.${name}`),
  ])
  const found = new Map<string, UndeclaredField>()
  for (const { manager, time, fields } of people) {
    for (const path of ownedPaths(fields).leaves) {
      if (others.has(path) || skipped.has(path) || path.startsWith('.status') || found.has(path)) continue
      const live = readPath(input.live, path)
      if (!live.found || readPath(input.payload, path).found) continue
      const shown = readPath(input.masked, path)
      const hidden = canonical(live.value) !== canonical(shown.value)
      found.set(path, {
        path,
        manager,
        ...(time === undefined ? {} : { at: time }),
        ...(hidden ? {} : { value: live.value }),
      })
    }
  }
  return [...found.values()]
}

/** Have we ever applied this object ourselves? */
export function isAppliedByUs(live: JsonObject): boolean {
  return managedEntries(live).some(
    ({ manager, operation }) => manager === fieldManager && operation === 'Apply',
  )
}
