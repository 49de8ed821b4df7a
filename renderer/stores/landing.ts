import type { Context, Draft } from '#contract'
import { missingConfirmation, missingForSync } from './approval.ts'
import { planToSync } from './review.ts'
import type { ReviewState } from './review.ts'

/** What the one button does. */
export function landLabel({ mode, branch }: Draft['landing']): string {
  if (mode === 'pull-request') return 'Commit and push for a pull request'
  return mode === 'push' ? `Commit to ${branch} and push` : `Commit to ${branch}`
}

/** What still keeps a draft from being landed, in words; empty = it may go. */
export function missingForLanding(state: ReviewState, context: Context | undefined): readonly string[] {
  const { draft, plan, form } = state
  if (draft.status !== 'ready') return ['The draft is being made.']
  const { blocks, conflicts, needs } = draft.value
  const synced = planToSync(state)
  return [
    ...blocks.map(({ message }) => message),
    ...(conflicts.length > 0 && blocks.length === 0 ? ['It conflicts with later commits.'] : []),
    ...(needs.includes('shared') ? ['Answer the question about shared inputs.'] : []),
    ...(needs.includes('does-not-render') && !form.acceptNotRendering
      ? ['The result does not render: tick that it is meant.']
      : []),
    ...(form.subject.trim() === '' ? ['The commit needs a subject.'] : []),
    ...(form.subject.includes('{ticket}') ? ['Put the ticket in place of {ticket} in the subject.'] : []),
    ...(form.thenSync && plan.status === 'loading'
      ? ['The plan is being made; or switch the sync off.']
      : []),
    ...(synced === undefined
      ? missingConfirmation(context, form.decisions.confirmedContext)
      : missingForSync(synced, form.decisions, context)),
  ]
}
