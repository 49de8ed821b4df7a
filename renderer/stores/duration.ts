const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const

/** How long ago, in its largest unit: `12 s`, `5 min`, `3 h`, `6 d`. */
export function spellAge(iso: string, nowMs: number): string {
  return spellSeconds(Math.max(0, (nowMs - Date.parse(iso)) / 1000))
}

export function spellSeconds(seconds: number): string {
  for (const [unit, size] of units) if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`
  return `${Math.floor(seconds)} s`
}

/** How long something took, exact enough to compare: `340 ms`, `2.4 s`, `1 min 5 s`. */
export function spellDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

let format: Intl.DateTimeFormat | undefined

/** Date and time as the operator's system writes them. */
export function spellTime(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  // To make one takes a tenth of a millisecond, for each row of each frame that scrolls.
  format ??= new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
  return format.format(at)
}
