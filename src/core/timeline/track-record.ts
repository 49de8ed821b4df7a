import type { Oid, SyncRecord } from '#contract'
import type { Span } from './duration.ts'

/** What is known about a state as a place to return to. `healthyMs` adds up all its healthy stretches. */
export type TrackRecord = {
  readonly healthyMs: number
  /** Oldest first. */
  readonly healthy: readonly Span[]
  readonly syncedAt?: string
  readonly failed?: { readonly at: string; readonly message?: string }
}

export const noTrack: TrackRecord = { healthyMs: 0, healthy: [] }

type Records = {
  /** In any order. */
  readonly records: readonly SyncRecord[]
  readonly now: string
}

/**
 * What the sync records say about each commit of the timeline. A commit ran healthy from the record's `healthyAt` until the next sync
 * began (or until now).
 */
export function trackRecords(
  input: Records & { readonly rowOf: (revision: Oid) => Oid | undefined },
): ReadonlyMap<Oid, TrackRecord> {
  return tracksBy(input, ({ revision }) => input.rowOf(revision))
}

/** The same by what was rendered: a commit that brings back an older state has that one's past. */
export function tracksOfHashes(input: Records): ReadonlyMap<string, TrackRecord> {
  return tracksBy(input, ({ renderedHash }) => renderedHash)
}

function tracksBy(
  { records, now }: Records,
  idOf: (record: SyncRecord) => string | undefined,
): ReadonlyMap<string, TrackRecord> {
  const ordered = records.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
  const tracks = new Map<string, TrackRecord>()
  for (const [index, record] of ordered.entries()) {
    const id = idOf(record)
    if (id === undefined) continue
    tracks.set(
      id,
      withRecord(tracks.get(id) ?? noTrack, record, { until: ordered[index + 1]?.startedAt, now }),
    )
  }
  return tracks
}

function withRecord(
  track: TrackRecord,
  record: SyncRecord,
  { until, now }: { readonly until: string | undefined; readonly now: string },
): TrackRecord {
  // The latest word counts: a sync that succeeded takes back an earlier failure.
  const { failed: _failed, ...rest } = track
  const at = record.finishedAt ?? record.startedAt
  if (record.result === 'failed')
    return { ...rest, failed: { at, ...(record.message === undefined ? {} : { message: record.message }) } }
  if (record.result !== 'succeeded') return track
  if (record.healthyAt === undefined) return { ...rest, syncedAt: at }
  const ms = Math.max(0, Date.parse(until ?? now) - Date.parse(record.healthyAt))
  return {
    ...rest,
    syncedAt: at,
    healthyMs: track.healthyMs + ms,
    healthy: [...track.healthy, { from: record.healthyAt, ...(until === undefined ? {} : { to: until }) }],
  }
}
