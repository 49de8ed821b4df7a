import type { Mark, Oid, SyncRecord } from '#contract'
import { spellDuration } from './duration.ts'

export type MarksInput = {
  /** The app's sync records, in any order. */
  readonly records: readonly SyncRecord[]
  /** The commit that is live: the one last synced with success. */
  readonly live?: Oid
  /** The newest commit of the tracked branch, and the branch's name. */
  readonly tip?: { readonly oid: Oid; readonly branch: string }
  /** ISO 8601. */
  readonly now: string
  /**
   * The timeline's commit that a revision stands for: itself, or the newest one before it that touched the app. `undefined` = it is
   * not on this timeline.
   */
  readonly rowOf: (revision: Oid) => Oid | undefined
}

/** What is known about a commit as a place to return to. `healthyMs` adds up all its healthy stretches. */
export type TrackRecord = {
  readonly healthyMs: number
  readonly healthySince?: string
  readonly syncedAt?: string
  readonly failed?: { readonly at: string; readonly message?: string }
}

/**
 * Marks of the timeline's commits with their evidence, most telling first: `live`, `tip`, `healthy` (`ran healthy 6 d`), `synced`
 * (never seen healthy), `failed` (its last sync did). Commits without a mark are not in the map.
 */
export function marksOf(input: MarksInput): ReadonlyMap<Oid, readonly Mark[]> {
  const marks = new Map<Oid, Mark[]>()
  const add = (oid: Oid | undefined, mark: Mark) => {
    if (oid !== undefined) marks.set(oid, [...(marks.get(oid) ?? []), mark])
  }
  const tracks = trackRecords(input)
  const live = input.live === undefined ? undefined : input.rowOf(input.live)
  if (live !== undefined) add(live, { kind: 'live', words: liveWords(tracks.get(live), input) })
  if (input.tip !== undefined)
    add(input.rowOf(input.tip.oid), { kind: 'tip', words: `newest on ${input.tip.branch}` })
  for (const [oid, track] of tracks) {
    if (track.healthyMs > 0) add(oid, { kind: 'healthy', words: healthyWords(track.healthyMs) })
    else if (track.syncedAt !== undefined)
      add(oid, { kind: 'synced', words: `synced ${ago(track.syncedAt, input.now)}, not seen healthy` })
    if (track.failed !== undefined) add(oid, { kind: 'failed', words: failedWords(track.failed, input.now) })
  }
  return marks
}

/** Seconds say nothing about a release. */
function healthyWords(ms: number): string {
  return ms < 60_000 ? 'ran healthy' : `ran healthy ${spellDuration(ms)}`
}

/**
 * What the sync records say about each commit of the timeline. A commit ran healthy from the record's `healthyAt` until the next sync
 * began (or until now).
 */
export function trackRecords({ records, now, rowOf }: MarksInput): ReadonlyMap<Oid, TrackRecord> {
  const ordered = records.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
  const tracks = new Map<Oid, TrackRecord>()
  for (const [index, record] of ordered.entries()) {
    const oid = rowOf(record.revision)
    if (oid === undefined) continue
    const until = ordered[index + 1]?.startedAt ?? now
    tracks.set(oid, withRecord(tracks.get(oid) ?? { healthyMs: 0 }, record, until))
  }
  return tracks
}

function withRecord(track: TrackRecord, record: SyncRecord, until: string): TrackRecord {
  // The latest word counts: a sync that succeeded takes back an earlier failure.
  const { failed: _failed, ...rest } = track
  const at = record.finishedAt ?? record.startedAt
  if (record.result === 'failed')
    return { ...rest, failed: { at, ...(record.message === undefined ? {} : { message: record.message }) } }
  if (record.result !== 'succeeded') return track
  if (record.healthyAt === undefined) return { ...rest, syncedAt: at }
  const healthyMs = Math.max(0, Date.parse(until) - Date.parse(record.healthyAt))
  return {
    ...rest,
    syncedAt: at,
    healthySince: rest.healthySince ?? record.healthyAt,
    healthyMs: track.healthyMs + healthyMs,
  }
}

function liveWords(track: TrackRecord | undefined, { now }: MarksInput): string {
  return track?.syncedAt === undefined ? 'live' : `live, synced ${ago(track.syncedAt, now)}`
}

function failedWords(failed: { readonly at: string; readonly message?: string }, now: string): string {
  const words = `sync failed ${ago(failed.at, now)}`
  return failed.message === undefined ? words : `${words}: ${failed.message}`
}

function ago(at: string, now: string): string {
  return `${spellDuration(Date.parse(now) - Date.parse(at))} ago`
}
