import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SyncRecord, TimelineRow } from '#contract'
import { lastGood, marksOf, rollbackTargets, spellDuration, spellSpan, withMarks } from '#core'
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
    const tip = { oid: oid(4), branch: 'main' }
    const marks = marksOf(input(records, { live: oid(3), tip, cluster: 'prod' }))
    expect(marks.get(oid(1))).toEqual([
      {
        kind: 'healthy',
        label: 'ran healthy 8 d',
        words: 'ran healthy 8 d on prod, 1 to 7 Nov, 8 to 10 Nov',
      },
    ])
    expect(marks.get(oid(2))).toEqual([
      { kind: 'healthy', label: 'ran healthy 1 d', words: 'ran healthy 1 d on prod, 7 to 8 Nov' },
    ])
    expect(marks.get(oid(3))).toEqual([
      { kind: 'live', label: 'live', words: 'live on prod, synced 10 d ago' },
      { kind: 'synced', label: 'synced', words: 'synced on prod 10 d ago, not seen healthy' },
    ])
    expect(marks.get(oid(4))).toEqual([{ kind: 'tip', label: 'newest', words: 'newest on main' }])
  })

  it('call healthy what was seen so a moment ago', () => {
    const marks = marksOf(input([healthy(oid(1), 20, { healthyAt: '2026-11-20T12:00:30Z' })])).get(oid(1))
    expect(marks?.map(({ words }) => words)).toEqual(['ran healthy, since 20 Nov'])
  })

  it('say that it still runs healthy, and name the newest stretches alone', () => {
    const often = [1, 3, 5, 7].flatMap((at) => [healthy(oid(1), at), record(oid(2), at + 1)])
    const words = (records: readonly SyncRecord[]) =>
      marksOf(input(records))
        .get(oid(1))
        ?.map((mark) => mark.words)
    expect(words([healthy(oid(1), 12)])).toEqual(['ran healthy 8 d, since 12 Nov'])
    expect(words(often)).toEqual(['ran healthy 4 d, once before, 3 to 4 Nov, 5 to 6 Nov, 7 to 8 Nov'])
  })

  it('say that the last sync failed and why, until one succeeds', () => {
    const failed = record(oid(1), 3, { result: 'failed', message: 'Deployment/web: crash loop' })
    expect(marksOf(input([failed])).get(oid(1))).toEqual([
      {
        kind: 'failed',
        level: 'caution',
        label: 'sync failed',
        words: 'sync failed 17 d ago: Deployment/web: crash loop',
      },
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

describe('marks of examined commits', () => {
  const config = { kind: 'config-missing', level: 'danger', label: 'config missing', words: 'x' } as const
  const kindsOf = (rows: readonly TimelineRow[]) => rows.map(({ marks }) => marks.map(({ kind }) => kind))
  const hashes = (found: Readonly<Record<string, string>>) => (of: string) => {
    const renderedHash = found[of]
    return { marks: [], ...(renderedHash === undefined ? {} : { renderedHash }) }
  }

  it('stand with the most telling first', () => {
    const records = [healthy(oid(1), 1), record(oid(2), 7)]
    const rows = withMarks([row(2, 0), row(1, 1)], input(records, { live: oid(2) }), (of) => ({
      marks: of === oid(1) ? [config] : [],
    }))
    expect(kindsOf(rows)).toEqual([
      ['live', 'synced'],
      ['last-good', 'config-missing', 'healthy'],
    ])
  })

  it('say why a commit is the last known good one', () => {
    const records = [healthy(oid(1), 12), record(oid(2), 18)]
    const [, good] = withMarks([row(2, 0), row(1, 1)], input(records, { live: oid(2), cluster: 'prod' }))
    expect(good?.marks[0]).toEqual({
      kind: 'last-good',
      label: 'last known good',
      words: 'last known good: ran healthy 6 d on prod, 12 to 18 Nov',
    })
  })

  it('have the past of all that rendered the same', () => {
    const records = [healthy(oid(1), 1), record(oid(2), 7)]
    const brought = withMarks([row(3, 0)], input(records), hashes({ [oid(3)]: `hash of ${oid(1)}` }))
    expect(brought[0]?.marks).toEqual([
      { kind: 'healthy', label: 'ran healthy 6 d', words: 'ran healthy 6 d, 1 to 7 Nov' },
    ])
  })

  it('say never synced of what the records can speak of, and of nothing else', () => {
    const later = { ...row(3, 0), commit: { ...row(3, 0).commit, committedAt: day(3) } }
    const rows = [later, { ...row(4, 1), commit: { ...row(4, 1).commit, committedAt: day(1) } }]
    const known = hashes({ [oid(3)]: 'new', [oid(4)]: 'newer' })
    const records = [healthy(oid(1), 2)]
    const marked = withMarks(rows, input(records, { cluster: 'prod' }), known)
    expect(marked.map(({ marks }) => marks.map(({ words }) => words))).toEqual([
      ['never synced to prod, as far as its one record goes'],
      [],
    ])
    // Not examined, and no record at all: nothing is known.
    expect(kindsOf(withMarks(rows, input(records)))).toEqual([[], []])
    expect(kindsOf(withMarks(rows, input([]), known))).toEqual([[], []])
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

it.each([
  ['2026-11-12T09:00:00Z', '2026-11-18T11:00:00Z', '12 to 18 Nov'],
  ['2026-11-28T09:00:00Z', '2026-12-02T11:00:00Z', '28 Nov to 2 Dec'],
  ['2025-12-28T09:00:00Z', '2026-01-02T11:00:00Z', '28 Dec 2025 to 2 Jan'],
  ['2026-11-12T09:10:00Z', '2026-11-12T11:20:30Z', '12 Nov 09:10 to 11:20 UTC'],
  ['2026-11-12T09:10:00Z', undefined, 'since 12 Nov'],
])('spells from %s to %s as %s', (from, to, words) => {
  expect(spellSpan({ from, ...(to === undefined ? {} : { to }) }, day(20))).toBe(words)
})
