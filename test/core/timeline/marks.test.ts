import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SyncRecord, TimelineRow } from '#contract'
import { lastGood, marksOf, rollbackTargets, spellDuration, withMarks } from '#core'
import type { MarksInput } from '#core'

const oid = (digit: number | string) => String(digit).repeat(40).slice(0, 40)
const day = (n: number) => new Date(Date.UTC(2026, 10, n, 12)).toISOString()

function record(revision: string, at: number, more: Partial<SyncRecord> = {}): SyncRecord {
  return {
    revision,
    renderedHash: `hash of ${revision}`,
    who: 'Ada',
    startedAt: day(at),
    finishedAt: day(at),
    result: 'succeeded',
    counts: {},
    ...more,
  }
}

const healthy = (revision: string, at: number, more: Partial<SyncRecord> = {}) =>
  record(revision, at, { healthyAt: day(at), ...more })

function input(records: readonly SyncRecord[], more: Partial<MarksInput> = {}): MarksInput {
  return { records, now: day(20), rowOf: (revision) => revision, ...more }
}

const row = (digit: number, index: number, effect: TimelineRow['effect'] = 'changed'): TimelineRow => ({
  commit: {
    oid: oid(digit),
    parents: [],
    author: { name: 'Ada', email: 'ada@example.com' },
    authoredAt: day(1),
    committedAt: day(1),
    subject: 'x',
  },
  effect,
  changes: [],
  marks: [],
  index,
})

describe('marks', () => {
  it('tell how long a commit ran healthy: until the next sync began, all stretches together', () => {
    const records = [healthy(oid(1), 1), healthy(oid(2), 7), healthy(oid(1), 8), record(oid(3), 10)]
    const marks = marksOf(input(records, { live: oid(3), tip: { oid: oid(4), branch: 'main' } }))
    expect(marks.get(oid(1))).toEqual([{ kind: 'healthy', words: 'ran healthy 8 d' }])
    expect(marks.get(oid(2))).toEqual([{ kind: 'healthy', words: 'ran healthy 1 d' }])
    expect(marks.get(oid(3))).toEqual([
      { kind: 'live', words: 'live, synced 10 d ago' },
      { kind: 'synced', words: 'synced 10 d ago, not seen healthy' },
    ])
    expect(marks.get(oid(4))).toEqual([{ kind: 'tip', words: 'newest on main' }])
  })

  it('say that the last sync failed and why, until one succeeds', () => {
    const failed = record(oid(1), 3, { result: 'failed', message: 'Deployment/web: crash loop' })
    expect(marksOf(input([failed])).get(oid(1))).toEqual([
      { kind: 'failed', words: 'sync failed 17 d ago: Deployment/web: crash loop' },
    ])
    const kinds = marksOf(input([failed, healthy(oid(1), 4)]))
      .get(oid(1))
      ?.map(({ kind }) => kind)
    expect(kinds).toEqual(['healthy'])
    expect(marksOf(input([record(oid(1), 3, { result: 'cancelled' })])).get(oid(1))).toBeUndefined()
  })

  it('stand at the commit that a revision amounts to, and nowhere for revisions of elsewhere', () => {
    const rowOf = (revision: string) => (revision === oid(9) ? oid(2) : undefined)
    const marks = marksOf(input([healthy(oid(9), 1), healthy(oid(8), 2)], { live: oid(9), rowOf }))
    expect([...marks.keys()]).toEqual([oid(2)])
  })

  it('do not depend on the order of the records', () => {
    const records = [
      healthy(oid(1), 1),
      record(oid(2), 7, { result: 'failed' }),
      healthy(oid(1), 8),
      record(oid(3), 10),
    ]
    const expected = marksOf(input(records))
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: 4 }), (shuffled) => {
        expect(marksOf(input(shuffled))).toEqual(expected)
      }),
    )
  })

  it('are put on the rows', () => {
    const rows = withMarks([row(1, 0), row(2, 1)], input([], { live: oid(2) }))
    expect(rows.map(({ marks }) => marks.map(({ kind }) => kind))).toEqual([[], ['live']])
  })
})

describe('ways back', () => {
  const rows = [row(5, 0), row(4, 1), row(3, 2, 'none'), row(2, 3), row(1, 4)]
  const records = [healthy(oid(1), 1), healthy(oid(2), 7), record(oid(4), 9), record(oid(5), 10)]

  it('are the commits behind the live one that changed something, longest healthy first', () => {
    const targets = rollbackTargets(rows, input(records, { live: oid(5) }))
    expect(targets.map(({ row: { commit } }) => commit.oid)).toEqual([oid(1), oid(2), oid(4)])
  })

  it('name the newest commit that ran healthy as the last good one', () => {
    expect(lastGood(rows, input(records, { live: oid(5) }))).toBe(oid(2))
    expect(lastGood(rows, input(records, { live: oid(2) }))).toBe(oid(1))
    expect(lastGood(rows, input([], { live: oid(5) }))).toBeUndefined()
    expect(lastGood([], input([]))).toBeUndefined()
  })

  it('pass over what renders the same as what is live', () => {
    const returned = record(oid(5), 10, { renderedHash: `hash of ${oid(2)}` })
    expect(lastGood(rows, input([...records.slice(0, 3), returned], { live: oid(5) }))).toBe(oid(1))
  })

  it('pass over a commit whose last sync failed', () => {
    const failed = record(oid(2), 8, { result: 'failed' })
    expect(lastGood(rows, input([...records, failed], { live: oid(5) }))).toBe(oid(1))
  })
})

it.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000 * 23, '23 h'],
  [86_400_000 * 6.9, '6 d'],
  [-5, '0 s'],
])('spells %d ms as %s', (ms, words) => {
  expect(spellDuration(ms)).toBe(words)
})
