import type { Operation, Step } from '#contract'

const done: Readonly<Record<Step['name'], string>> = {
  draft: 'Drafted',
  commit: 'Committed',
  push: 'Pushed',
  merge: 'Merged',
  'fast-forward': 'Local branch',
  render: 'Rendered',
  apply: 'Applied',
  prune: 'Pruned',
  health: 'Healthy',
  record: 'Recorded',
}
const doing: Readonly<Record<Step['name'], string>> = {
  draft: 'Drafting',
  commit: 'Committing',
  push: 'Pushing',
  merge: 'Waiting for the merge',
  'fast-forward': 'Local branch',
  render: 'Rendering',
  apply: 'Applying',
  prune: 'Pruning',
  health: 'Waiting for health',
  record: 'Recording',
}

/** A step's name in the tense of its state. */
export function stepTitle({ name, state }: Step): string {
  if (state === 'done') return done[name]
  if (state === 'running') return doing[name]
  return {
    ...doing,
    draft: 'Draft',
    commit: 'Commit',
    push: 'Push',
    merge: 'Merge',
    render: 'Render',
    apply: 'Apply',
    prune: 'Prune',
    health: 'Health',
    record: 'Record',
  }[name]
}

export const stateWords: Readonly<Record<Operation['state'], string>> = {
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  stopped: 'stopped: the world moved',
  waiting: 'waiting for the merge',
}

/** Where it is now, in one line. */
export function currentWords({ steps, state, failure }: Operation): string {
  if (failure !== undefined) return failure.message
  const step = steps.find((one) => one.state === 'running') ?? steps.find((one) => one.state === 'failed')
  if (step !== undefined) return `${stepTitle(step)}${step.words === undefined ? '' : `: ${step.words}`}`
  return stateWords[state]
}

/** Good news, bad news, or under way: the tone of a state. */
export function stateTone(state: Operation['state']): 'ok' | 'bad' | 'warn' | 'info' {
  if (state === 'done') return 'ok'
  if (state === 'failed') return 'bad'
  return state === 'running' || state === 'waiting' ? 'info' : 'warn'
}
