import { AppError } from '#contract'
import type { Decisions, ErrorCode, Plan } from '#contract'
import { checkApproval, keyString } from '#core'
import { sha256 } from '../app-render.ts'

/** What an approved plan is pinned to beside its revision: kept in the journal, compared with the plan made after the commit. */
export type ApprovedPlan = {
  readonly renderedHash: string
  readonly clusterUid: string
  readonly changes: string
  readonly decisions: Decisions
}

export function toApproved(plan: Plan, decisions: Decisions): ApprovedPlan {
  return {
    renderedHash: plan.renderedHash,
    clusterUid: plan.clusterUid,
    changes: changesHash(plan),
    decisions,
  }
}

/** Refuses what this approval lacks or the plan forbids, with its own code, before anything is begun. */
export function requireApproval(plan: Plan, decisions: Decisions, subject: string): void {
  const [refusal] = checkApproval(plan, decisions)
  if (refusal !== undefined)
    throw new AppError(refusal.code as ErrorCode, {
      message: refusal.message,
      subject,
      action: 'show-plan',
    })
}

/** The plan of the landed commit does exactly what was approved for its preview: same render, same cluster, same changes of the same objects. */
export function isApproved(plan: Plan, approved: ApprovedPlan): boolean {
  return (
    plan.renderedHash === approved.renderedHash &&
    plan.clusterUid === approved.clusterUid &&
    changesHash(plan) === approved.changes
  )
}

/** The plan as the journal keeps it for going on: all that a run of it looks at, and no values. */
export function toKept(plan: Plan): Plan {
  const changes = plan.changes
    .filter(({ action }) => action !== 'unchanged')
    .map((change) => ({
      ...change,
      fields: [],
      undeclared: [],
      ignored: [],
      reasons: [],
      contested: change.contested.map(({ before: _before, after: _after, ...field }) => field),
    }))
  return { ...plan, changes, brings: [], warnings: [] }
}

function changesHash(plan: Plan): string {
  return sha256(
    JSON.stringify(
      plan.changes.map(({ key, action, uid, diffHash }) => [keyString(key), action, uid ?? '', diffHash]),
    ),
  )
}
