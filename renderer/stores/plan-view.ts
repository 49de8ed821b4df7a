import type { Change, Plan } from '#contract'

export type WaveGroup = { readonly title: string; readonly changes: readonly Change[] }

/** What a sync does in the order it does it: waves, then the prune; what it leaves alone comes last. */
export function groupChanges(plan: Plan): readonly WaveGroup[] {
  const acting = plan.changes.filter(({ action }) => !['unchanged', 'hook', 'prune'].includes(action))
  const waves = [...new Set(acting.map(({ wave }) => wave))].sort((a, b) => a - b)
  const rest = plan.changes.filter(({ action }) => action === 'unchanged' || action === 'hook')
  const prunes = plan.changes.filter(({ action }) => action === 'prune')
  return [
    ...waves.map((wave) => ({
      title: waves.length === 1 && wave === 0 ? 'In order' : `Wave ${wave}`,
      changes: acting.filter((change) => change.wave === wave),
    })),
    { title: 'Prune, after everything else is applied', changes: prunes },
    { title: 'Left as they are', changes: rest },
  ].filter(({ changes }) => changes.length > 0)
}

/** Counts worth a place, in the order they are read. */
const countNames = [
  ['create', 'to create'],
  ['update', 'to update'],
  ['replace', 'to replace'],
  ['prune', 'to prune'],
  ['restarts', 'pods to restart'],
  ['takeOver', 'to take over'],
  ['contested', 'contested fields'],
  ['undeclared', 'undeclared fields'],
  ['ignored', 'ignored fields'],
  ['blocked', 'blocked'],
  ['unknown', 'unknown'],
  ['hook', 'hooks'],
  ['unchanged', 'unchanged'],
] as const

export function countsOf(
  plan: Plan,
): readonly { readonly name: string; readonly words: string; readonly count: number }[] {
  return countNames.flatMap(([name, words]) => {
    const count = plan.counts[name] ?? 0
    return count === 0 ? [] : [{ name, words, count }]
  })
}

/** Any JSON value in one line. */
export function valueWords(value: unknown): string {
  if (value === undefined) return 'not set'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 160 ? `${text.slice(0, 159)}…` : text
}
