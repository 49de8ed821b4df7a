import { describe, expect, it, vi } from 'vitest'
import type { Delta, TimelineRow } from '#contract'
import {
  facetsOf,
  filterApps,
  needsAttention,
  noFilter,
  orderApps,
  toggleFacet,
} from '../../../renderer/stores/app-list.ts'
import { applyDelta, emptyCollection } from '../../../renderer/stores/collection.ts'
import { assignMarks, paletteSize } from '../../../renderer/stores/commit-colours.ts'
import { createTimelineFocus } from '../../../renderer/stores/timeline-focus.ts'
import { filterTimeline, scopeOf, toggledCondition } from '../../../renderer/stores/timeline-filter.ts'
import {
  foldTimeline,
  lastGood,
  selectedCommit,
  stepSelection,
} from '../../../renderer/stores/timeline-list.ts'
import { good, manyRows, oid, row, timeline } from '../harness/world.ts'

type Item = { readonly id: string; readonly n: number }
const idOf = (item: Item) => item.id
const delta = (seq: number, more: Partial<Delta<Item>>): Delta<Item> => ({
  seq,
  upserts: [],
  deletes: [],
  ready: true,
  ...more,
})

describe('a collection', () => {
  it('is built from its deltas and keeps the identity of what they do not touch', () => {
    const a = { id: 'a', n: 1 }
    const first = applyDelta(emptyCollection<Item>(), delta(0, { upserts: [a, { id: 'b', n: 1 }] }), idOf)
    if (first === 'gap') throw new Error('no gap was expected')
    const second = applyDelta(first, delta(1, { upserts: [{ id: 'c', n: 2 }], deletes: ['b'] }), idOf)
    if (second === 'gap') throw new Error('no gap was expected')
    expect([...second.items.keys()]).toEqual(['a', 'c'])
    expect(second.items.get('a')).toBe(a)
  })

  it('notices a missing delta, and takes a reset at any place', () => {
    const state = { ...emptyCollection<Item>(), next: 3, items: new Map([['old', { id: 'old', n: 0 }]]) }
    expect(applyDelta(state, delta(5, {}), idOf)).toBe('gap')
    const reset = applyDelta(state, delta(9, { reset: true, upserts: [{ id: 'new', n: 1 }] }), idOf)
    expect(reset === 'gap' ? reset : [...reset.items.keys()]).toEqual(['new'])
    expect(reset === 'gap' ? reset : reset.next).toBe(10)
  })

  it('is not ready before its first complete state', () => {
    const state = applyDelta(emptyCollection<Item>(), delta(0, { ready: false }), idOf)
    expect(state === 'gap' ? state : state.status).toBe('loading')
  })
})

describe('the table of apps', () => {
  const rows = orderApps([...manyRows(30), row])

  it('has those that need attention first, the worst on top', () => {
    const flags = rows.map(needsAttention)
    expect(flags).toEqual([...flags].sort((a, b) => Number(b) - Number(a)))
    expect(rows[0]?.name).toBe('shop-web')
  })

  it('is narrowed by every word, over name, path, cluster and commit', () => {
    expect(filterApps(rows, { ...noFilter, text: 'SHOP-web staging' }).map(({ name }) => name)).toEqual([
      'shop-web',
    ])
    expect(filterApps(rows, { ...noFilter, text: 'shop-web nowhere' })).toEqual([])
  })

  it('counts a facet as the number of rows it would leave', () => {
    const filter = toggleFacet(noFilter, 'health', 'Missing')
    const counted = facetsOf(rows, filter).find(
      ({ kind, value }) => kind === 'context' && value === 'shop-prod',
    )
    const left = filterApps(rows, toggleFacet(filter, 'context', 'shop-prod'))
    expect(counted?.count).toBe(left.length)
    expect(toggleFacet(filter, 'health', 'Missing').health.size).toBe(0)
  })
})

describe('the timeline', () => {
  it('folds neighbours without effect and says how many', () => {
    const items = foldTimeline(timeline, { opened: new Set() })
    const fold = items[1]
    expect(fold?.kind === 'fold' && fold.rows.length).toBe(3)
    expect(items.length).toBe(timeline.length - 3 + 1)
  })

  it('opens a fold that is asked for or that hides the selection', () => {
    const hidden = timeline[2]?.commit.oid ?? ''
    const first = timeline[1]?.commit.oid ?? ''
    for (const how of [{ opened: new Set([first]) }, { opened: new Set<string>(), selected: hidden }])
      expect(
        foldTimeline(timeline, how).filter((item) => item.kind === 'commit' && item.folded),
      ).toHaveLength(3)
  })

  it('never folds a commit that carries a mark', () => {
    const marked: TimelineRow[] = timeline.map((one) => ({
      ...one,
      effect: 'none',
      marks: [{ kind: 'synced', label: 'synced', words: 'synced 2 d ago' }],
    }))
    expect(foldTimeline(marked, { opened: new Set() }).every(({ kind }) => kind === 'commit')).toBe(true)
  })

  it('is selected at its last known good commit by a word, once there is one', () => {
    expect(selectedCommit(timeline, lastGood)).toBe(good.oid)
    expect(selectedCommit(timeline.slice(0, 3), lastGood)).toBeUndefined()
    expect(selectedCommit(timeline, 'abc')).toBe('abc')
    expect(selectedCommit(timeline, undefined)).toBeUndefined()
  })

  it("never folds a move of the app's folder", () => {
    const moved: TimelineRow[] = timeline.map((one) => ({
      ...one,
      effect: 'none',
      marks: [],
      movedFrom: 'web',
    }))
    expect(foldTimeline(moved, { opened: new Set() }).every(({ kind }) => kind === 'commit')).toBe(true)
  })

  it('is searched by subject, author and the beginning of a sha', () => {
    expect(filterTimeline(timeline, good.oid.slice(0, 8)).map(({ commit }) => commit.oid)).toEqual([good.oid])
    expect(filterTimeline(timeline, 'tomás 1.5.0').map(({ commit }) => commit.oid)).toEqual([good.oid])
  })

  it.each([
    ['author:tomás', ({ commit }: TimelineRow) => commit.author.name.startsWith('Tomás')],
    ['-author:tomás', ({ commit }: TimelineRow) => !commit.author.name.startsWith('Tomás')],
    ['is:merge', ({ commit }: TimelineRow) => commit.parents.length > 1],
    [
      'change:image',
      ({ changes }: TimelineRow) => changes.some(({ words }) => words.join().includes('image')),
    ],
    [
      'object:deployment/web',
      ({ changes }: TimelineRow) => changes.some(({ key }) => key.name.startsWith('web')),
    ],
    ['before:2001-01-01', () => false],
    ['after:2001-01-01', () => true],
  ])('is filtered by %s', (text, is) => {
    expect(filterTimeline(timeline, text)).toEqual(timeline.filter(is))
  })

  it.each([
    ['path:web/Values.yaml fix', { paths: ['web/Values.yaml'] }],
    ['path:"a b" path:/c', { paths: ['a b', 'c'] }],
    ['branches:all', { branches: 'all' }],
    ['path:../x', {}],
    ['-path:x is:merge', {}],
  ])('asks the engine by %s', (text, scope) => {
    expect(scopeOf(text)).toEqual(scope)
  })

  it('leaves to the engine what the engine has answered', () => {
    expect(filterTimeline(timeline, 'path:x branches:all')).toEqual(timeline)
  })

  it('says what is in view once, the last of a while, and not the same again', () => {
    vi.useFakeTimers()
    const said: (readonly number[])[] = []
    const focus = createTimelineFocus((rows) => said.push(rows))
    focus([1])
    focus([5, 6])
    vi.runAllTimers()
    focus([5, 6])
    vi.runAllTimers()
    vi.useRealTimers()
    expect(said).toEqual([[5, 6]])
  })

  it('a condition is added to a search and taken away again, names with spaces held together', () => {
    expect(toggledCondition('fix', 'author:"Ada L"')).toBe('fix author:"Ada L"')
    expect(toggledCondition('fix author:"Ada L" x', 'author:"Ada L"')).toBe('fix x')
  })

  it('steps over what is in sight and stays at the ends', () => {
    const items = foldTimeline(timeline, { opened: new Set() })
    const first = timeline[0]?.commit.oid
    expect(stepSelection(items, undefined, 1)).toBe(first)
    expect(stepSelection(items, first, -1)).toBe(first)
    expect(stepSelection(items, first, 1)).toBe(good.oid)
  })
})

describe('marks of commits', () => {
  it('give each running commit a colour of its own while there are some, and never change', () => {
    const oids = Array.from({ length: paletteSize }, (_, at) => oid(`commit ${at}`))
    const first = assignMarks(new Map(), oids.slice(0, 3))
    const all = assignMarks(first, oids)
    expect(new Set([...all.values()].map(({ slot }) => slot)).size).toBe(paletteSize)
    for (const [id, mark] of first) expect(all.get(id)).toBe(mark)
    expect(assignMarks(all, oids)).toBe(all)
  })

  it('tell commits apart by letter when colours have run out', () => {
    const oids = Array.from({ length: 20 }, (_, at) => oid(`commit ${at}`))
    const letters = [...assignMarks(new Map(), oids).values()].map(({ letter }) => letter)
    expect(new Set(letters).size).toBe(20)
  })
})
