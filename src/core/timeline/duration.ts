const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const

/** A stretch of time in its largest whole unit, as people say it: `6 d`, `3 h`, `12 min`, `40 s`. */
export function spellDuration(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= each) ?? (['s', 1000] as const)
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`
}

/** From when to when, both ISO 8601; without `to` it still lasts. */
export type Span = { readonly from: string; readonly to?: string }

/** `12 to 18 Nov`, `28 Nov to 2 Dec`, `12 Nov 09:10 to 11:20 UTC`, `since 12 Nov`; the year where it is not that of `now`. Days are those of UTC. */
export function spellSpan({ from, to }: Span, now: string): string {
  const start = dayOf(from, now)
  if (to === undefined) return `since ${words(start)}`
  const end = dayOf(to, now)
  if (words(start) === words(end)) return `${words(start)} ${clock(from)} to ${clock(to)} UTC`
  const shared = start.month === end.month && start.year === end.year
  return `${shared ? start.day : words(start)} to ${words(end)}`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

type Day = { readonly day: string; readonly month: string; readonly year: string }

function dayOf(at: string, now: string): Day {
  const date = new Date(at)
  const year = date.getUTCFullYear()
  return {
    day: String(date.getUTCDate()),
    month: months[date.getUTCMonth()] ?? '',
    year: year === new Date(now).getUTCFullYear() ? '' : ` ${year}`,
  }
}

function words({ day, month, year }: Day): string {
  return `${day} ${month}${year}`
}

function clock(at: string): string {
  return new Date(at).toISOString().slice(11, 16)
}
