import type { TimelineRow } from './timeline.ts'

/** Conditions on rows of a timeline that both the window's search and the command line know. */
export type RowCondition =
  | { readonly on: 'author' | 'change' | 'object'; readonly value: string }
  /** Days of UTC, `2026-11-24`, both inclusive. */
  | { readonly on: 'after' | 'before'; readonly value: string }
  | { readonly on: 'merge' }

/** Does a row meet it? Case does not count; a part of the value is enough. */
export function meets({ commit, changes }: TimelineRow, condition: RowCondition): boolean {
  switch (condition.on) {
    case 'author':
      return has(`${commit.author.name} ${commit.author.email}`, condition.value)
    case 'change':
      return changes.some(({ words }) => words.some((word) => has(word, condition.value)))
    case 'object':
      return changes.some(({ key }) => has(`${key.kind}/${key.name}`, condition.value))
    case 'after':
      return dayOf(commit.committedAt) >= condition.value
    case 'before':
      return dayOf(commit.committedAt) <= condition.value
    default:
      return commit.parents.length > 1
  }
}

/** `2026-11-24`; anything else is no day. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}

function has(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase())
}

/** Days of UTC, as in the reports. */
function dayOf(at: string): string {
  const time = Date.parse(at)
  return Number.isNaN(time) ? at.slice(0, 10) : new Date(time).toISOString().slice(0, 10)
}
