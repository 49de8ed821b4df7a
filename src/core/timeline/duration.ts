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
