import { expect, test } from 'vitest'
import { createBacklog } from '../../../src/engine/timeline/backlog.ts'

function filled(count: number, inView: () => readonly number[] = () => []) {
  const backlog = createBacklog<string>(inView)
  for (let at = 0; at < count; at += 1) backlog.add(`row ${at}`)
  const take = (many: number) => Array.from({ length: many }, () => backlog.take()?.index)
  return { backlog, take }
}

test('without anybody looking it goes from the newest on, each row once', () => {
  const { backlog, take } = filled(3)
  expect(take(4)).toEqual([0, 1, 2, undefined])
  backlog.add('row 3')
  expect(take(2)).toEqual([3, undefined])
})

test('rows in view come first, then outward from there', () => {
  const { take } = filled(10, () => [5, 7])
  expect(take(11)).toEqual([5, 7, 6, 4, 3, 8, 2, 9, 1, 0, undefined])
})

test('what went out of view waits for what came into it', () => {
  let view: readonly number[] = [0, 1]
  const { take } = filled(100, () => view)
  expect(take(1)).toEqual([0])
  view = [90, 91]
  expect(take(4)).toEqual([90, 91, 89, 92])
  view = [0, 1]
  expect(take(2)).toEqual([1, 2])
})

test('rows that were cut are forgotten, and those that come in their place are others', () => {
  const { backlog, take } = filled(4)
  const last = take(4)
  expect(last).toHaveLength(4)
  backlog.cut(2)
  expect(backlog.holds(3, 'row 3')).toBe(false)
  backlog.add('other')
  expect([backlog.holds(2, 'other'), backlog.holds(2, 'row 2'), backlog.size()]).toEqual([true, false, 3])
  expect(take(2)).toEqual([2, undefined])
})

test('a place that is not there yet is no reason to wait', () => {
  const { take } = filled(2, () => [50])
  expect(take(3)).toEqual([1, 0, undefined])
})
