import type { TimelineRow } from '#contract'

/** One condition of a search: `is:merge`, `author:ada`, `after:2026-11-01`, `before:2026-11-30`, `change:image`, or a plain word; `-` in front negates. */
type Condition = { readonly not: boolean; readonly is: (row: TimelineRow) => boolean }

/** Rows that meet all conditions of a search text. A word is searched in subject, author, what changed and its objects; a sha by its beginning. */
export function filterTimeline(rows: readonly TimelineRow[], text: string): readonly TimelineRow[] {
  const conditions = wordsOf(text).map(toCondition)
  return conditions.length === 0
    ? rows
    : rows.filter((row) => conditions.every(({ not, is }) => is(row) !== not))
}

/** Words of a search; quotes hold one together (`author:"Ada L"`). */
function wordsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [])
    .map((word) => word.replaceAll('"', ''))
    .filter((word) => word !== '' && word !== '-')
}

function toCondition(word: string): Condition {
  const not = word.startsWith('-')
  const plain = not ? word.slice(1) : word
  const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(plain) ?? []
  return { not, is: namedCondition(name, value) ?? ((row) => holds(row, plain)) }
}

function namedCondition(name: string, value: string): Condition['is'] | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
  switch (name) {
    case 'author':
      return ({ commit }) => authorOf(commit).includes(value)
    case 'after':
      return day === undefined ? undefined : ({ commit }) => dayOf(commit.committedAt) >= day
    case 'before':
      return day === undefined ? undefined : ({ commit }) => dayOf(commit.committedAt) <= day
    case 'change':
      return ({ changes }) =>
        changes.some(({ words }) => words.some((one) => one.toLowerCase().includes(value)))
    case 'object':
      return ({ changes }) =>
        changes.some(({ key }) => `${key.kind}/${key.name}`.toLowerCase().includes(value))
    case 'is':
      return value === 'merge' ? ({ commit }) => commit.parents.length > 1 : undefined
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

/** Days of UTC, as in the reports. */
function dayOf(at: string): string {
  const time = Date.parse(at)
  return Number.isNaN(time) ? at.slice(0, 10) : new Date(time).toISOString().slice(0, 10)
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
