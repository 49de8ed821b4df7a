import type { ContestedField, FieldChange, IgnoredField, UndeclaredField } from '#contract'
import { canonical, compare, isObject, numberAt, redactPair, stringAt, withAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { autoscalerWords } from './autoscaler.ts'
import type { Autoscaler } from '../edit/index.ts'
import { diffFields } from './fields.ts'
import type { FieldDifference } from './fields.ts'
import { managedEntries, ownedPaths } from './managed-fields.ts'
import { afterTakeOver, undeclaredFields } from './ownership.ts'
import { readPath } from './path.ts'
import { fieldManager, isPeoplesTool, takenOverManagers } from './people.ts'
import { comparable } from './strip.ts'

/** One cause of a 409 to an unforced apply, as the adapter parsed it. */
export type Contest = {
  readonly field: string
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly subresource?: string
  readonly at?: string
}

export type CompareInput = {
  /** What would be sent (see `payloadOf`). */
  readonly payload: JsonObject
  readonly live: JsonObject
  /** What the server (or upstream's merge) makes of a forced apply of it. */
  readonly predicted: JsonObject
  /** Causes of the 409 to the unforced apply; empty where it was accepted. */
  readonly causes: readonly Contest[]
  readonly ignored: readonly IgnoredField[]
}

/**
 * Sets B to E of one object that is there on both sides (A is the plan's: create, replace, prune). Secret values are left out. `pin` is
 * the text to hash for the re-check before the write: it holds the real values and never leaves the engine.
 */
export type Comparison = {
  readonly fields: readonly FieldChange[]
  readonly contested: readonly ContestedField[]
  readonly undeclared: readonly UndeclaredField[]
  readonly ignored: readonly IgnoredField[]
  readonly takeOver: boolean
  readonly restarts: number
  readonly pin: string
  /** The live object as the sync would leave it. */
  readonly after: JsonObject
}

/**
 * The five sets as a pure function. Fields that differ are live against predicted; removals that only show after a take-over of
 * client-side apply are worked out from its managedFields.
 */
export function compareObject(input: CompareInput): Comparison {
  const { payload, live, causes, ignored } = input
  const taken = takenOverManagers(live)
  const after = comparable(afterTakeOver({ ...input, taken }))
  const before = comparable(live)
  // Sorted: the order of keys is the answerer's (server or our own merge) and must not move a fingerprint.
  const differences = diffFields(before, after).toSorted((a, b) => compare(a.path, b.path))
  const masked = redactPair(before, after)
  const takenNames = new Set(taken.map(({ manager }) => manager))
  const contests = causes.filter(
    ({ manager, operation, subresource }) =>
      !(operation === 'Update' && subresource === undefined && takenNames.has(manager)),
  )
  const contested = contests.map((cause) => toContested(cause, before, payload, masked.before))
  return {
    fields: differences.map((difference) => toFieldChange(difference, masked)),
    contested,
    undeclared: undeclaredFields({ live, payload, taken, masked: masked.before, ignored }),
    ignored,
    takeOver: taken.length > 0,
    restarts: restartsOf(live, differences),
    pin: canonical({
      fields: differences.map(({ path, before: old, after: now }) => [path, old ?? null, now ?? null]),
      contested: contested.map(({ path, manager, operation, overrule }) => [
        path,
        manager,
        operation,
        overrule,
      ]),
    }),
    after,
  }
}

/** Set E: what is sent leaves an autoscaler's count alone by declaring the live one, so that we neither reset nor disown it. */
export function payloadOf(
  desired: JsonObject,
  live: JsonObject | undefined,
  autoscaler: Autoscaler | undefined,
): { readonly payload: JsonObject; readonly ignored: readonly IgnoredField[] } {
  const declared = numberAt(desired, 'spec', 'replicas')
  const count = numberAt(live, 'spec', 'replicas')
  const inRange =
    autoscaler !== undefined && count !== undefined && count >= autoscaler.min && count <= autoscaler.max
  // Dropping a count that is still ours would reset it to 1 (k/k#67135): it is declared until the autoscaler has taken it.
  const differs = declared === undefined ? live !== undefined && ownsReplicas(live) : declared !== count
  if (!inRange || !differs) return { payload: desired, ignored: [] }
  const git = declared === undefined ? 'Git leaves it open' : `Git says ${declared}`
  return {
    payload: withAt(desired, ['spec', 'replicas'], count),
    ignored: [
      { path: '.spec.replicas', reason: `${git}, ${count} is live: ${autoscalerWords(autoscaler)}.` },
    ],
  }
}

function ownsReplicas(live: JsonObject): boolean {
  return managedEntries(live).some(
    ({ manager, operation, fields }) =>
      manager === fieldManager &&
      operation === 'Apply' &&
      ownedPaths(fields).leaves.includes('.spec.replicas'),
  )
}

type Sides = { readonly before: JsonObject | undefined; readonly after: JsonObject | undefined }

function toFieldChange(difference: FieldDifference, masked: Sides): FieldChange {
  const { path, before, after } = difference
  // Exact for any Secret wherever it stands: what redaction changes is not shown.
  const hidden =
    isMasked(before, readPath(masked.before, path).value) ||
    isMasked(after, readPath(masked.after, path).value)
  if (hidden) return { path, redacted: true }
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}

function isMasked(real: unknown, shown: unknown): boolean {
  return real !== undefined && canonical(real) !== canonical(shown)
}

function toContested(
  cause: Contest,
  live: JsonObject,
  payload: JsonObject,
  masked: JsonObject | undefined,
): ContestedField {
  const before = readPath(live, cause.field)
  const after = readPath(payload, cause.field)
  const hidden = isMasked(before.value, readPath(masked, cause.field).value)
  return {
    path: cause.field,
    manager: cause.manager,
    operation: cause.operation,
    ...(cause.subresource === undefined ? {} : { subresource: cause.subresource }),
    ...(cause.at === undefined ? {} : { at: cause.at }),
    ...(hidden || !before.found ? {} : { before: before.value }),
    ...(hidden || !after.found ? {} : { after: after.value }),
    overrule: isPeoplesTool(cause.manager, cause.operation),
  }
}

/** Pods that a new template replaces. `OnDelete` replaces none by itself. */
function restartsOf(live: JsonObject, differences: readonly FieldDifference[]): number {
  if (!differences.some(({ path }) => path === '.spec.template' || path.startsWith('.spec.template.')))
    return 0
  const kind = stringAt(live, 'kind')
  if (kind !== 'Deployment' && kind !== 'StatefulSet' && kind !== 'DaemonSet') return 0
  if (stringAt(live, 'spec', 'updateStrategy', 'type') === 'OnDelete') return 0
  if (!isObject(live.status)) return numberAt(live, 'spec', 'replicas') ?? 0
  return numberAt(live, 'status', kind === 'DaemonSet' ? 'desiredNumberScheduled' : 'replicas') ?? 0
}
