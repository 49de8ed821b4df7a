import type { Context, Decisions, Plan } from '#contract'
import { keyWords } from './key-text.ts'

export const noDecisions: Decisions = { prune: false, ticks: [], overrule: false, rollback: false }

/** What a plan asks of the operator beside the approval itself. */
export type PlanQuestions = {
  readonly prunes: readonly Plan['changes'][number][]
  /** Prunes of data: each needs a tick of its own. */
  readonly ticked: readonly Plan['changes'][number][]
  readonly overrules: readonly Plan['changes'][number][]
  /** Words of the block that saying "it is a rollback" lifts. */
  readonly rollback: string | undefined
  /** What no decision lifts. */
  readonly blocks: Plan['blocks']
}

export function questionsOf(plan: Plan): PlanQuestions {
  const prunes = plan.changes.filter(({ action }) => action === 'prune')
  return {
    prunes,
    ticked: prunes.filter(({ needsTick }) => needsTick),
    overrules: plan.changes.filter(({ action, contested }) => action === 'update' && contested.length > 0),
    rollback: plan.blocks.find(({ code }) => code === 'ANCESTRY')?.message,
    blocks: plan.blocks.filter(({ code }) => code !== 'ANCESTRY'),
  }
}

/** What still keeps a sync from being approved, in words; empty = it may go. */
export function missingForSync(
  plan: Plan,
  decisions: Decisions,
  context: Context | undefined,
): readonly string[] {
  const { overrules, rollback, blocks } = questionsOf(plan)
  return [
    ...blocks.map(({ message }) => message),
    ...(overrules.length > 0 && !decisions.overrule
      ? [
          `Decide about the fields that others set in ${overrules.map(({ key }) => keyWords(key)).join(', ')}.`,
        ]
      : []),
    ...(rollback !== undefined && !decisions.rollback ? ['Say that turning the cluster back is meant.'] : []),
    ...missingConfirmation(context, decisions.confirmedContext),
  ]
}

export function missingConfirmation(
  context: Context | undefined,
  typed: string | undefined,
): readonly string[] {
  return context?.protected === true && typed !== context.name
    ? [`Type ${context.name} to confirm: it is protected.`]
    : []
}

/** A sync that would change nothing. */
export function isNothingToDo(plan: Plan): boolean {
  return plan.synced || plan.changes.every(({ action }) => action === 'unchanged' || action === 'hook')
}
