import type { Decisions, Plan } from '#contract'
import { displayKey, keyString } from '../manifest/index.ts'
import type { Reason } from './object-state.ts'

export type ApprovalContext = { readonly name: string; readonly protected: boolean }

/** What an approval still lacks; empty = the plan may be carried out. Codes are those of `errorText`. */
export function checkApproval(
  plan: Plan,
  decisions: Decisions,
  context?: ApprovalContext,
): readonly Reason[] {
  const blocks = plan.blocks.filter(({ code }) => !(code === 'ANCESTRY' && decisions.rollback))
  const overruled = plan.changes.filter(
    ({ action, contested }) => action === 'update' && contested.length > 0,
  )
  return [
    ...blocks.map(toRefusal),
    ...(overruled.length > 0 && !decisions.overrule
      ? [
          {
            code: 'PLAN_NOT_APPROVED',
            message: `${overruled.map(({ key }) => displayKey(key)).join(', ')}: fields that people set would be overruled; tick it.`,
          },
        ]
      : []),
    ...(context?.protected === true && decisions.confirmedContext !== context.name
      ? [{ code: 'CONTEXT_NOT_CONFIRMED', message: `${context.name} is protected: type its name.` }]
      : []),
  ]
}

/** Codes that stand for a refusal of the whole plan by themselves; every other block is a blocked plan. */
const own = new Set(['ANCESTRY', 'COMPANION_MODE', 'HOOKS_NOT_SUPPORTED', 'APPLYSET_FOREIGN'])

function toRefusal({ code, message }: Reason): Reason {
  return own.has(code) ? { code, message } : { code: 'PLAN_BLOCKED', message }
}

/** Keys that this approval prunes: ticked ones where a tick is needed. */
export function approvedPrunes(plan: Plan, decisions: Decisions): ReadonlySet<string> {
  if (!decisions.prune) return new Set()
  const ticks = new Set(decisions.ticks)
  return new Set(
    plan.changes
      .filter(({ action, needsTick, key }) => action === 'prune' && (!needsTick || ticks.has(keyString(key))))
      .map(({ key }) => keyString(key)),
  )
}
