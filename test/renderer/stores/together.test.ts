import { describe, expect, it } from 'vitest'
import type { App, TimelineRow } from '#contract'
import { pickBetween, togglePicked } from '../../../renderer/stores/picked.ts'
import { withLineEnds } from '../../../renderer/stores/resolutions.ts'
import { foldersAbove, neighboursOf } from '../../../renderer/stores/return-scope.ts'
import type { TimelineItem } from '../../../renderer/stores/timeline-list.ts'

const item = (oid: string): TimelineItem => ({
  kind: 'commit',
  folded: false,
  row: { commit: { oid } } as TimelineRow,
})
const items: readonly TimelineItem[] = [
  item('d'),
  { kind: 'fold', id: 'c', rows: [], open: false },
  item('b'),
  item('a'),
]

describe('commits picked on the timeline', () => {
  it.each([
    ['the first one', [], 'a', undefined, ['a']],
    ['the open commit joins the first other one', [], 'a', 'd', ['a', 'd']],
    ['but not the open one itself', [], 'a', 'a', ['a']],
    ['a second time takes it out', ['a', 'b'], 'a', 'd', ['b']],
  ])('%s', (_name, before, oid, open, after) => {
    expect([...togglePicked(new Set(before), oid, open)].toSorted()).toEqual(after)
  })

  it.each([
    ['d', 'a'],
    ['a', 'd'],
  ])('from %s to %s takes what is in sight between them', (from, to) => {
    expect([...pickBetween(new Set(), items, { from, to })].toSorted()).toEqual(['a', 'b', 'd'])
  })

  it('from a commit that is not in sight takes the other end alone', () => {
    expect([...pickBetween(new Set(), items, { from: 'c', to: 'a' })]).toEqual(['a'])
  })
})

describe('how far a return can reach', () => {
  it.each([
    ['clusters/prod/web', ['clusters/prod', 'clusters', '.']],
    ['web', ['.']],
    ['.', []],
  ])('folders above %s', (path, folders) => {
    expect(foldersAbove(path)).toEqual(folders)
  })

  it('apps of another clone or branch stay out', () => {
    const app = (id: string, cloneId: string, branch: string) => ({ id, spec: { cloneId, branch } }) as App
    const all = [app('1', 'x', 'main'), app('2', 'x', 'main'), app('3', 'x', 'next'), app('4', 'y', 'main')]
    expect(neighboursOf(all, app('1', 'x', 'main')).map(({ id }) => id)).toEqual(['2'])
  })
})

describe('line ends of a text written by hand', () => {
  it.each([
    ['a\nb\n', 'x\r\ny\r\n', 'a\r\nb\r\n'],
    ['a\r\nb\n', 'x\r\n', 'a\r\nb\r\n'],
    ['a\nb\n', 'x\ny\n', 'a\nb\n'],
    ['a\nb\n', 'x\r\ny\n', 'a\nb\n'],
    ['a\nb', '', 'a\nb'],
  ])('%j like %j', (text, like, result) => {
    expect(withLineEnds(text, like)).toBe(result)
  })
})
