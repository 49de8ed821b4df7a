import type { Oid, TimelineRow } from '#contract'
import { marksOf, trackRecords } from './marks.ts'
import type { MarksInput, TrackRecord } from './marks.ts'

export type RollbackTarget = { readonly row: TimelineRow; readonly track: TrackRecord }

/** The rows with their marks; `rows` in any order, their `marks` are replaced. */
export function withMarks(rows: readonly TimelineRow[], input: MarksInput): readonly TimelineRow[] {
  const marks = marksOf(input)
  return rows.map((row) => ({ ...row, marks: marks.get(row.commit.oid) ?? [] }))
}

/**
 * Commits that one can go back to: older than the live one (or than the newest, if none is live) and with a rendered effect of their
 * own. Ranked by how long they ran healthy; those that were never seen healthy follow, newest first.
 */
export function rollbackTargets(rows: readonly TimelineRow[], input: MarksInput): readonly RollbackTarget[] {
  const tracks = trackRecords(input)
  return behindLive(rows, input)
    .map((row) => ({ row, track: tracks.get(row.commit.oid) ?? { healthyMs: 0 } }))
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
