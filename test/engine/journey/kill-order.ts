import type { DraftAction, Decisions, StepName } from '#contract'

/** Where the engine is killed, in the order of the work; the step that the journal then shows as running. */
export const moments = {
  begin: undefined,
  commit: 'commit',
  store: 'push',
  hold: 'push',
  push: 'push',
  pushed: 'push',
  'fast-forward': 'fast-forward',
  release: 'fast-forward',
  render: 'render',
  apply: 'apply',
  outcome: 'apply',
  health: 'health',
  prune: 'prune',
  record: 'record',
} as const satisfies Readonly<Record<string, StepName | undefined>>
export type Moment = keyof typeof moments

/** A moment of a draft that never lands: its folder is made, it is answered, its plan is answered. */
export type DraftMoment = 'building' | 'created' | 'planned'

/** What the process that is to die is told. */
export type KillOrder = { readonly dataDir: string; readonly kubeconfig: string; readonly appId: string } & (
  | { readonly do: 'land'; readonly action: DraftAction; readonly at: Moment }
  | { readonly do: 'resume'; readonly operationId: string; readonly at: Moment }
  | { readonly do: 'draft'; readonly action: DraftAction; readonly at: DraftMoment }
)

export const decisions: Decisions = { prune: true, ticks: [], overrule: true, rollback: true }
