import type { Change, ResourceKey } from '#contract'
import {
  canonical,
  displayKey,
  keyOf,
  keyString,
  orderManifests,
  stringAt,
  waveOf,
} from '../manifest/index.ts'
import type { JsonObject, Sha256 } from '../manifest/index.ts'
import { foreignOwner, hasOwner, keepMarker, ownerWords } from './foreign-owner.ts'
import type { Reason } from './object-state.ts'

export type PruneInput = {
  /** Live objects that carry our ApplySet's label. */
  readonly members: readonly JsonObject[]
  readonly desired: readonly ResourceKey[]
  readonly setId: string
  /** Holds the parent: never pruned. */
  readonly home: string
  /** What could not be read: nothing is pruned until it can. */
  readonly unreadable: readonly Reason[]
  /** Refusals of the dry-run DELETE by key. */
  readonly refusals: ReadonlyMap<string, Reason>
  readonly sha256: Sha256
}

/** Kinds that hold data or other objects: each prune needs a tick of its own. */
const ticked = new Set(['Namespace', 'PersistentVolumeClaim', 'PersistentVolume', 'CustomResourceDefinition'])

/** Members that are no longer rendered, in reverse apply order. What must stay is in the list with its reason and action `unchanged`. */
export function pruneChanges(input: PruneInput): readonly Change[] {
  const desired = new Set(input.desired.map(keyString))
  const uids = new Set<string>()
  const extra = input.members
    .map((object) => ({ key: keyOf(object), object }))
    .filter(({ key, object }) => {
      // The same object may be served by two groups; it is one object.
      const uid = stringAt(object, 'metadata', 'uid') ?? ''
      if (desired.has(keyString(key)) || uids.has(uid)) return false
      uids.add(uid)
      return stringAt(object, 'metadata', 'deletionTimestamp') === undefined
    })
  return orderManifests(extra)
    .toReversed()
    .map(({ key, object }) => toPrune(key, object, input))
}

function toPrune(key: ResourceKey, object: JsonObject, input: PruneInput): Change {
  const { action, reasons } = decide(key, object, input)
  const uid = stringAt(object, 'metadata', 'uid') ?? ''
  return {
    key,
    uid,
    action,
    wave: waveOf(object),
    fields: [],
    contested: [],
    undeclared: [],
    ignored: [],
    takeOver: false,
    verified: 'server',
    restarts: 0,
    needsTick: action === 'prune' && ticked.has(key.kind),
    reasons,
    diffHash: input.sha256(canonical([key, action, uid])),
  }
}

function decide(
  key: ResourceKey,
  object: JsonObject,
  input: PruneInput,
): { readonly action: Change['action']; readonly reasons: readonly Reason[] } {
  const name = displayKey(key)
  const kept = (message: string) => ({ action: 'unchanged' as const, reasons: [{ code: 'KEPT', message }] })
  const marker = keepMarker(object)
  if (marker !== undefined) return kept(`${name} is no longer in Git and stays: ${marker}.`)
  if (key.kind === 'Namespace' && key.group === '' && key.name === input.home)
    return kept(`${name} is no longer in Git and stays: it holds the app's records.`)
  const owner = foreignOwner(object, input.setId)
  if (owner !== undefined) return kept(`${name} is no longer in Git and stays: it ${ownerWords(owner)}.`)
  if (hasOwner(object)) return kept(`${name} is no longer in Git and stays: another object owns it.`)
  const unread = input.unreadable[0]
  if (unread !== undefined)
    return {
      action: 'blocked',
      reasons: [{ code: 'LIVE_UNKNOWN', message: `${name} is not pruned: ${unread.message}` }],
    }
  const refusal = input.refusals.get(keyString(key))
  return refusal === undefined ? { action: 'prune', reasons: [] } : { action: 'blocked', reasons: [refusal] }
}
