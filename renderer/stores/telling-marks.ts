import type { Mark } from '#contract'

/** In a row there is room for so many. */
const most = 2
const first: readonly Mark['kind'][] = ['live', 'last-good', 'failed']
const last: readonly Mark['kind'][] = ['tip', 'unsynced']

/**
 * The marks that a row has room for, and the others. What runs, where to go back to and what failed come first; then dangers, then the rest as
 * they came. That a commit ran healthy is why it is the last known good one, and not said twice.
 */
export function tellingMarks(marks: readonly Mark[]): {
  readonly shown: readonly Mark[]
  readonly rest: readonly Mark[]
} {
  const isGood = marks.some(({ kind }) => kind === 'last-good')
  const told = marks
    .filter(({ kind }) => !(isGood && kind === 'healthy'))
    .toSorted((a, b) => rankOf(a) - rankOf(b))
  return { shown: told.slice(0, most), rest: told.slice(most) }
}

function rankOf({ kind, level }: Mark): number {
  if (first.includes(kind)) return first.indexOf(kind)
  if (level === 'danger') return first.length
  return first.length + (last.includes(kind) ? 2 : 1)
}
