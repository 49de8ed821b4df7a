import type { Change, Plan, SyncState } from '#contract'
import { canonical } from '#core'
import { sha256 } from './room.ts'

const acting = ['create', 'update', 'replace', 'prune', 'blocked'] as const

/** The plan of now in one line of the app's row: how it stands to Git, and who changed it by hand. */
export function syncStateOf(plan: Plan, revision: string | undefined): SyncState {
  const { counts } = plan
  const undeclared = counts.undeclared ?? 0
  const changes = acting.reduce((sum, action) => sum + (counts[action] ?? 0), 0)
  const base = {
    changes,
    undeclared,
    digest: digestOf(plan),
    ...(revision === undefined ? {} : { revision }),
  }
  if (plan.companion !== undefined)
    return { ...base, status: 'companion', message: `${plan.companion} syncs it.` }
  const unknown = counts.unknown ?? 0
  if (unknown > 0)
    return { ...base, status: 'unknown', message: `${unknown} object(s) could not be compared.` }
  const hands = handsOf(plan.changes)
  const by = hands.length === 0 ? '' : `, changed by ${hands.join(' and ')}`
  const extra = `${undeclared} undeclared field${undeclared === 1 ? '' : 's'}`
  if (changes > 0) {
    const words = acting
      .filter((action) => (counts[action] ?? 0) > 0)
      .map((action) =>
        action === 'blocked' ? `${counts[action]} blocked` : `${counts[action]} to ${action}`,
      )
    const all = undeclared === 0 ? words : [...words, extra]
    return { ...base, status: 'out-of-sync', message: `${all.join(', ')}${by}.` }
  }
  const message = undeclared === 0 ? 'Equal to Git.' : `Equal to Git with ${extra}${by}.`
  return { ...base, status: 'synced', message }
}

/** Managers of what people set over or beside the manifests: drift, not what a commit brings. */
function handsOf(changes: readonly Change[]): readonly string[] {
  const contested = changes.flatMap((change) => change.contested).filter(({ overrule }) => overrule)
  const undeclared = changes.flatMap((change) => change.undeclared)
  return [...new Set([...contested, ...undeclared].map(({ manager }) => manager))].toSorted()
}

/** Restarts are left out: they count the pods of the moment, and a rollout would move them all the time. */
function digestOf({ changes }: Plan): string {
  const shown = changes.map(({ key, action, uid, diffHash, undeclared, ignored, reasons, takeOver }) => [
    [key, action, uid ?? '', diffHash, takeOver],
    [undeclared, ignored, reasons],
  ])
  return sha256(canonical(shown)).slice(0, 16)
}
