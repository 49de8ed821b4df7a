import type { AuditEntry, AuditRequest } from '#contract'
import { compare } from '../manifest/index.ts'

/** Entries of the asked days, newest first; at one moment the commit stands below the sync that brought it. */
export function orderEntries(
  entries: readonly AuditEntry[],
  { since, until }: Pick<AuditRequest, 'since' | 'until'>,
): readonly AuditEntry[] {
  return entries
    .filter(({ at }) => isWithin(dayOf(at), since, until))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at) || compare(b.kind, a.kind))
}

function isWithin(day: string, since: string | undefined, until: string | undefined): boolean {
  return (since === undefined || day >= since) && (until === undefined || day <= until)
}

/** A commit's time has its author's offset: days are those of UTC, or a team in two zones would read two reports. */
function dayOf(at: string): string {
  const time = Date.parse(at)
  return Number.isNaN(time) ? at.slice(0, 10) : new Date(time).toISOString().slice(0, 10)
}
