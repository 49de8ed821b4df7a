import type { Change, Commit, Plan, PlanBlock, Problem } from '#contract'
import { canonical, displayKey, stringsAt } from '../manifest/index.ts'
import type { JsonObject, Sha256 } from '../manifest/index.ts'
import { toChange } from './change.ts'
import { foreignOwner, partOfLabel } from './foreign-owner.ts'
import type { ObjectState, Reason } from './object-state.ts'
import { pruneChanges } from './prune.ts'

/** How the revision stands to the last synced one. `unknown` = that commit is not in this clone. */
export type Ancestry = 'first' | 'same' | 'newer' | 'not-newer' | 'unknown'

export type PlanInput = {
  readonly id: string
  readonly appId: string
  readonly createdAt: string
  readonly revision: string
  readonly renderedHash: string
  readonly clusterUid: string
  readonly setId: string
  readonly home: string
  /** In apply order. */
  readonly states: readonly ObjectState[]
  readonly members: readonly JsonObject[]
  readonly unreadable: readonly Reason[]
  readonly pruneRefusals: ReadonlyMap<string, Reason>
  readonly problems: readonly Problem[]
  readonly lastSynced: string | undefined
  readonly ancestry: Ancestry
  readonly brings: readonly Commit[]
  /** Refuses the plan as a whole: the parent belongs to another tool, the rights are missing. */
  readonly blocks: readonly PlanBlock[]
  readonly sha256: Sha256
}

/** Desired x live x inventory -> the ordered, pinned list of changes. Pure: the same input gives the same fingerprint on every machine. */
export function buildPlan(input: PlanInput): Plan {
  const { setId, home, sha256, unreadable } = input
  const applied = input.states.map((state) => toChange(state, { setId, sha256 }))
  const pruned = pruneChanges({
    members: input.members,
    desired: input.states.map(({ key }) => key),
    setId,
    home,
    unreadable,
    refusals: input.pruneRefusals,
    sha256,
  })
  const all = [...applied, ...pruned]
  const companion = companionOf(input)
  const { id, appId, createdAt, revision, renderedHash, clusterUid } = input
  return {
    id,
    appId,
    revision,
    renderedHash,
    fingerprint: fingerprintOf(input, all),
    createdAt,
    changes: all.filter(isWorthShowing),
    counts: countsOf(all),
    blocks: companion === undefined ? blocksOf(input, all) : [companionBlock(companion)],
    warnings: warningsOf(input, all),
    brings: input.brings,
    ...(companion === undefined ? {} : { companion }),
    synced: all.every(({ action }) => action === 'unchanged' || action === 'hook'),
    clusterUid,
  }
}

function isWorthShowing({ action, undeclared, ignored, reasons }: Change): boolean {
  return action !== 'unchanged' || undeclared.length > 0 || ignored.length > 0 || reasons.length > 0
}

/** Over everything that a sync would do. What it leaves alone may move without making the approval void. */
function fingerprintOf(input: PlanInput, changes: readonly Change[]): string {
  const acting = changes.filter(({ action }) => action !== 'unchanged' && action !== 'hook')
  const pins = acting.map(({ key, action, uid, diffHash }) => [key, action, uid ?? null, diffHash])
  return input.sha256(canonical([input.appId, input.clusterUid, input.revision, input.renderedHash, pins]))
}

function countsOf(changes: readonly Change[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  const add = (name: string, by: number) => {
    if (by > 0) counts[name] = (counts[name] ?? 0) + by
  }
  for (const change of changes) {
    add(change.action, 1)
    add('contested', change.contested.length)
    add('undeclared', change.undeclared.length)
    add('ignored', change.ignored.length)
    add('restarts', change.restarts)
    add('takeOver', change.takeOver ? 1 : 0)
  }
  return counts
}

/**
 * An app that Argo CD, Flux or Fleet syncs is never applied: it is one as soon as such a controller owns any of its objects and none is
 * ours yet.
 */
function companionOf({ states, setId }: PlanInput): string | undefined {
  let found: string | undefined
  for (const { live } of states) {
    if (live.state !== 'present') continue
    if (stringsAt(live.object, 'metadata', 'labels')[partOfLabel] === setId) return undefined
    const owner = foreignOwner(live.object, setId)
    if (owner?.follows === true) found ??= `${owner.tool} (${owner.name})`
  }
  return found
}

function companionBlock(companion: string): PlanBlock {
  return {
    code: 'COMPANION_MODE',
    message: `${companion} syncs this app: commit and push; it is never applied from here.`,
  }
}

/** Reasons that leave one object out and let the others go on. */
const skips = new Set(['FOREIGN_OWNER', 'LIVE_UNKNOWN'])

function blocksOf(input: PlanInput, changes: readonly Change[]): readonly PlanBlock[] {
  const problems = input.problems.map(({ code, message, file, line }) => ({
    code,
    message: file === undefined ? message : `${file}:${line ?? 1}: ${message}`,
  }))
  const hooks = input.states.filter(({ hook }) => hook?.kind === 'other')
  const objects = changes
    .filter(({ action }) => action === 'blocked')
    .flatMap(({ reasons }) => reasons.slice(0, 1))
    .filter(({ code }) => !skips.has(code))
  return [
    ...input.blocks,
    ...problems,
    ...hooks.slice(0, 1).map(({ key, hook }) => ({
      code: 'HOOKS_NOT_SUPPORTED',
      message: `${displayKey(key)} is a ${hook?.names ?? ''} hook (${hooks.length} in all); an app with hooks is not synced from here.`,
    })),
    ...ancestryBlock(input),
    ...objects,
  ]
}

function ancestryBlock({ ancestry, lastSynced, revision }: PlanInput): readonly PlanBlock[] {
  const last = (lastSynced ?? '').slice(0, 7)
  if (ancestry === 'not-newer')
    return [
      {
        code: 'ANCESTRY',
        message: `${last} is synced and ${revision.slice(0, 7)} does not contain it: syncing would turn the cluster back.`,
      },
    ]
  return ancestry === 'unknown'
    ? [{ code: 'ANCESTRY', message: `${last} is synced and is not in this clone: fetch first.` }]
    : []
}

function warningsOf({ unreadable, brings }: PlanInput, changes: readonly Change[]): readonly string[] {
  const count = (test: (change: Change) => boolean) => changes.filter(test).length
  const local = count(({ verified, action }) => verified === 'local' && action !== 'hook')
  const taken = count(({ takeOver }) => takeOver)
  const left = count(({ action, reasons }) => action === 'blocked' && skips.has(reasons[0]?.code ?? ''))
  return [
    ...unreadable.map(({ message }) => message),
    ...(local > 0 ? [`${local} object(s) were compared here, not by the server.`] : []),
    ...(taken > 0 ? [`${taken} object(s) made by kubectl are taken over.`] : []),
    ...(left > 0 ? [`${left} object(s) are left alone.`] : []),
    ...(brings.length > 1 ? [`This sync brings ${brings.length} commits along.`] : []),
  ]
}
