import type { Mark, Oid, SyncRecord } from '#contract'
import { spellDuration, spellSpan } from './duration.ts'
import { trackRecords } from './track-record.ts'
import type { TrackRecord } from './track-record.ts'

export type MarksInput = {
  /** The app's sync records, in any order. */
  readonly records: readonly SyncRecord[]
  /** The commit that is live: the one last synced with success. */
  readonly live?: Oid
  /** The newest commit of the tracked branch, and the branch's name. */
  readonly tip?: { readonly oid: Oid; readonly branch: string }
  /** The context that the records are of. */
  readonly cluster?: string
  /** ISO 8601. */
  readonly now: string
  /**
   * The timeline's commit that a revision stands for: itself, or the newest one before it that touched the app. `undefined` = it is
   * not on this timeline.
   */
  readonly rowOf: (revision: Oid) => Oid | undefined
}

/**
 * Marks of the timeline's commits by the sync records, with their evidence: `live`, `tip`, `healthy` (`ran healthy 6 d`), `synced`
 * (never seen healthy), `failed` (its last sync did). Commits without a mark are not in the map.
 */
export function marksOf(input: MarksInput): ReadonlyMap<Oid, readonly Mark[]> {
  const marks = new Map<Oid, Mark[]>()
  const add = (oid: Oid | undefined, ...found: readonly Mark[]) => {
    if (oid !== undefined && found.length > 0) marks.set(oid, [...(marks.get(oid) ?? []), ...found])
  }
  const tracks = trackRecords(input)
  const live = input.live === undefined ? undefined : input.rowOf(input.live)
  if (live !== undefined) add(live, liveMark(tracks.get(live), input))
  if (input.tip !== undefined)
    add(input.rowOf(input.tip.oid), {
      kind: 'tip',
      label: 'newest',
      words: `newest on ${input.tip.branch}`,
    })
  for (const [oid, track] of tracks) add(oid, ...pastMarks(track, input))
  return marks
}

/** What its past says of a state: at most one of `healthy` and `synced`, and `failed`. */
export function pastMarks(
  track: TrackRecord,
  { cluster, now }: Pick<MarksInput, 'cluster' | 'now'>,
): readonly Mark[] {
  const where = cluster === undefined ? '' : ` on ${cluster}`
  const { failed, syncedAt } = track
  const marks: Mark[] = []
  // Not by the time: that of `now` may be some seconds behind.
  if (track.healthy.length > 0) {
    const label = healthyLabel(track.healthyMs)
    marks.push({ kind: 'healthy', label, words: `${label}${where}, ${whenHealthy(track, now)}` })
  } else if (syncedAt !== undefined)
    marks.push({
      kind: 'synced',
      label: 'synced',
      words: `synced${where} ${ago(syncedAt, now)}, not seen healthy`,
    })
  if (failed !== undefined) {
    const words = `sync${where} failed ${ago(failed.at, now)}`
    marks.push({
      kind: 'failed',
      level: 'caution',
      label: 'sync failed',
      words: failed.message === undefined ? words : `${words}: ${failed.message}`,
    })
  }
  return marks
}

/** Seconds say nothing about a release. */
function healthyLabel(ms: number): string {
  return ms < 60_000 ? 'ran healthy' : `ran healthy ${spellDuration(ms)}`
}

const mostSpans = 3

/** The newest stretches, in the order of time. */
function whenHealthy({ healthy }: TrackRecord, now: string): string {
  const spans = healthy.slice(-mostSpans).map((span) => spellSpan(span, now))
  const others = healthy.length - spans.length
  return [...(others === 0 ? [] : [others === 1 ? 'once before' : `${others} times before`]), ...spans].join(
    ', ',
  )
}

function liveMark(track: TrackRecord | undefined, { now, cluster }: MarksInput): Mark {
  const words = cluster === undefined ? 'live' : `live on ${cluster}`
  return {
    kind: 'live',
    label: 'live',
    words: track?.syncedAt === undefined ? words : `${words}, synced ${ago(track.syncedAt, now)}`,
  }
}

function ago(at: string, now: string): string {
  return `${spellDuration(Date.parse(now) - Date.parse(at))} ago`
}
