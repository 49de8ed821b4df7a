import type { Mark, Oid, TimelineRow } from '#contract'
import { pastMarks, marksOf } from './marks.ts'
import type { MarksInput } from './marks.ts'
import { noTrack, trackRecords, tracksOfHashes } from './track-record.ts'
import type { TrackRecord } from './track-record.ts'

export type RollbackTarget = { readonly row: TimelineRow; readonly track: TrackRecord }

/** What was found about a commit when it was looked at: marks of its reasons, and what it renders to. */
export type Examined = { readonly marks: readonly Mark[]; readonly renderedHash?: string | undefined }

/** Most telling first: where it stands, what stands in the way, how it did, what may be. */
const telling: readonly Mark['kind'][] = [
  'live',
  'tip',
  'last-good',
  'crd-removed',
  'crd-version-dropped',
  'claim-shrinks',
  'immutable-field',
  'config-missing',
  'failed',
  'healthy',
  'conflicts',
  'crd-changes',
  'image-unseen',
  'synced',
  'unsynced',
  'unread',
]
const places = new Map(telling.map((kind, place) => [kind, place]))

/**
 * The rows with their marks, most telling first; `rows` in any order, their `marks` are replaced. A commit that was examined has the past of all
 * that rendered the same; `unsynced` is said of those that the records can speak of, as far back as they go.
 */
export function withMarks(
  rows: readonly TimelineRow[],
  input: MarksInput,
  examinedOf: (oid: Oid) => Examined = () => ({ marks: [] }),
): readonly TimelineRow[] {
  const marks = marksOf(input)
  const past = pastByHash(input)
  const good = lastGoodMark(rows, input)
  return rows.map((row) => {
    const { oid } = row.commit
    const known = examinedOf(oid)
    const own = marks.get(oid) ?? []
    const all = [
      ...own,
      ...(good?.oid === oid ? [good.mark] : []),
      ...known.marks,
      ...(own.some(({ kind }) => kind !== 'tip') ? [] : past(known.renderedHash, row)),
    ]
    return { ...row, marks: all.toSorted((a, b) => placeOf(a) - placeOf(b)) }
  })
}

function placeOf({ kind }: Mark): number {
  return places.get(kind) ?? telling.length
}

function pastByHash(input: MarksInput) {
  const tracks = tracksOfHashes(input)
  const oldest = Math.min(...input.records.map(({ startedAt }) => Date.parse(startedAt)))
  const where = input.cluster === undefined ? '' : ` to ${input.cluster}`
  return (hash: string | undefined, { commit }: TimelineRow): readonly Mark[] => {
    if (hash === undefined) return []
    const track = tracks.get(hash)
    if (track !== undefined) return pastMarks(track, input)
    // The records are the newest twenty or so: they say nothing of what was committed before them.
    if (Date.parse(commit.committedAt) < oldest || input.records.length === 0) return []
    const count = input.records.length
    const words = `never synced${where}, as far as its ${count === 1 ? 'one record goes' : `${count} records go`}`
    return [{ kind: 'unsynced', level: 'caution', label: 'never synced', words }]
  }
}

function lastGoodMark(
  rows: readonly TimelineRow[],
  input: MarksInput,
): { readonly oid: Oid; readonly mark: Mark } | undefined {
  const oid = lastGood(rows, input)
  const track = oid === undefined ? undefined : trackRecords(input).get(oid)
  if (oid === undefined || track === undefined) return undefined
  const ran = pastMarks(track, input).find(({ kind }) => kind === 'healthy')
  const words = `last known good: ${ran?.words ?? 'ran healthy'}`
  return { oid, mark: { kind: 'last-good', label: 'last known good', words } }
}

/**
 * Commits that one can go back to: older than the live one (or than the newest, if none is live) and with a rendered effect of their
 * own. Ranked by how long they ran healthy; those that were never seen healthy follow, newest first.
 */
export function rollbackTargets(rows: readonly TimelineRow[], input: MarksInput): readonly RollbackTarget[] {
  const tracks = trackRecords(input)
  return behindLive(rows, input)
    .map((row) => ({ row, track: tracks.get(row.commit.oid) ?? noTrack }))
    .toSorted((a, b) => b.track.healthyMs - a.track.healthyMs || a.row.index - b.row.index)
}

/**
 * The newest commit behind the live one that ran healthy and would change something: not one that rendered what is live now (it was
 * returned to already).
 */
export function lastGood(rows: readonly TimelineRow[], input: MarksInput): Oid | undefined {
  const tracks = trackRecords(input)
  const liveHash = input.records.find(
    ({ revision, result }) => revision === input.live && result === 'succeeded',
  )?.renderedHash
  const sameAsLive = new Set(
    input.records
      .filter(({ renderedHash }) => renderedHash === liveHash)
      .map(({ revision }) => input.rowOf(revision)),
  )
  return behindLive(rows, input).find(({ commit }) => {
    const track = tracks.get(commit.oid)
    return (
      track !== undefined && track.healthyMs > 0 && track.failed === undefined && !sameAsLive.has(commit.oid)
    )
  })?.commit.oid
}

/** Rows of the tracked line older than the live one, newest first, without those that changed nothing that is rendered. */
function behindLive(rows: readonly TimelineRow[], input: MarksInput): readonly TimelineRow[] {
  const line = rows.filter(({ aside }) => aside === undefined)
  const newestFirst = line.toSorted((a, b) => a.index - b.index)
  const live = input.live === undefined ? undefined : input.rowOf(input.live)
  const from = newestFirst.find(({ commit }) => commit.oid === live) ?? newestFirst[0]
  return newestFirst.filter((row) => row.index > (from?.index ?? -1) && row.effect !== 'none')
}
