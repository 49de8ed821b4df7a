import { isDay, meets } from '#contract'
import type { Input, TimelineRow } from '#contract'

/** One condition of a search: `is:merge`, `author:ada`, `after:2026-11-01`, `before:2026-11-30`, `change:image`, or a plain word; `-` in front negates. */
type Condition = { readonly not: boolean; readonly is: (row: TimelineRow) => boolean }

/** Rows that meet all conditions of a search text. A word is searched in subject, author, what changed and its objects; a sha by its beginning. */
export function filterTimeline(rows: readonly TimelineRow[], text: string): readonly TimelineRow[] {
  const conditions = wordsOf(text)
    .filter((word) => word !== allBranches && pathIn(word) === undefined)
    .map((word) => toCondition(word.toLowerCase()))
  return conditions.length === 0
    ? rows
    : rows.filter((row) => conditions.every(({ not, is }) => is(row) !== not))
}

/** Words of a search; quotes hold one together (`author:"Ada L"`). */
function wordsOf(text: string): readonly string[] {
  return (text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [])
    .map((word) => word.replaceAll('"', ''))
    .filter((word) => word !== '' && word !== '-')
}

/** What Git itself is asked for: `path:web/values.yaml` (from the root of the clone or from the app's folder), and `branches:all`. */
export type TimelineScope = Pick<Input<'timeline.watch'>, 'branches' | 'paths'>

export const allBranches = 'branches:all'

/** The part of a search that the engine answers; without it the whole line of the tracked branch. */
export function scopeOf(text: string): TimelineScope {
  const words = wordsOf(text)
  const paths = words.flatMap((word) => pathIn(word) ?? []).slice(0, 20)
  return {
    ...(words.includes(allBranches) ? { branches: 'all' as const } : {}),
    ...(paths.length === 0 ? {} : { paths }),
  }
}

function pathIn(word: string): string | undefined {
  const path = /^path:\/*(.+)$/.exec(word)?.[1]
  return path?.split('/').includes('..') === true ? undefined : path
}

function toCondition(word: string): Condition {
  const not = word.startsWith('-')
  const plain = not ? word.slice(1) : word
  const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(plain) ?? []
  return { not, is: namedCondition(name, value) ?? ((row) => holds(row, plain)) }
}

function namedCondition(name: string, value: string): Condition['is'] | undefined {
  switch (name) {
    case 'author':
    case 'change':
    case 'object':
      return (row) => meets(row, { on: name, value })
    case 'after':
    case 'before':
      return isDay(value) ? (row) => meets(row, { on: name, value }) : undefined
    case 'is':
      return value === 'merge' ? (row) => meets(row, { on: 'merge' }) : undefined
    default:
      return undefined
  }
}

function holds({ commit, changes }: TimelineRow, word: string): boolean {
  if (commit.oid.startsWith(word)) return true
  const changed = changes.flatMap(({ key, words }) => [`${key.kind}/${key.name}`, ...words])
  return `${commit.subject} ${authorOf(commit)} ${changed.join(' ')}`.toLowerCase().includes(word)
}

function authorOf({ author }: TimelineRow['commit']): string {
  return `${author.name} ${author.email}`.toLowerCase()
}

/** The text with a condition added, or taken away where it is there. */
export function toggledCondition(text: string, condition: string): string {
  const words = text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []
  const others = words.filter((word) => word !== condition)
  return (others.length === words.length ? [...words, condition] : others).join(' ')
}

/** Conditions to choose from: what changes often, merges, and who committed, the most frequent first. */
export function offeredConditions(
  rows: readonly TimelineRow[],
): readonly { readonly group: string; readonly condition: string; readonly words: string }[] {
  const authors = new Map<string, number>()
  for (const { commit } of rows) authors.set(commit.author.name, (authors.get(commit.author.name) ?? 0) + 1)
  const often = [...authors].toSorted(([, a], [, b]) => b - a).slice(0, 8)
  return [
    { group: 'Branches', condition: allBranches, words: 'all branches' },
    { group: 'Changes of', condition: 'change:image', words: 'images' },
    { group: 'Changes of', condition: 'change:replicas', words: 'replicas' },
    { group: 'Changes of', condition: 'change:env', words: 'environment variables' },
    { group: 'Changes of', condition: 'object:configmap/', words: 'ConfigMaps' },
    { group: 'Commits', condition: 'is:merge', words: 'merges only' },
    { group: 'Commits', condition: '-is:merge', words: 'no merges' },
    ...often.map(([name, count]) => ({
      group: 'By',
      condition: `author:${/\s/.test(name) ? `"${name}"` : name}`,
      words: `${name} (${count})`,
    })),
  ]
}
