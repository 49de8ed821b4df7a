import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSignatures } from '../../../renderer/stores/signatures.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const none = (commits: readonly string[]) => commits.map((commit) => ({ commit, status: 'none' as const }))

test('commits are asked about once, the last view first, and never two batches at once', async () => {
  const asked: (readonly string[])[] = []
  const signatures = createSignatures((commits) => {
    asked.push(commits)
    return Promise.resolve(none(commits))
  })
  signatures.see(['a', 'b'])
  signatures.see(['b', 'c'])
  await vi.runAllTimersAsync()
  signatures.see(['a', 'b', 'c'])
  await vi.runAllTimersAsync()
  signatures.see(['c', 'a'])
  await vi.runAllTimersAsync()
  expect(asked).toEqual([['b', 'c'], ['a']])
  expect([...signatures.store.getState().known.keys()]).toEqual(['b', 'c', 'a'])
})

test('a failure is no end: what is seen next is asked about', async () => {
  let calls = 0
  const signatures = createSignatures((commits) => {
    calls += 1
    return calls === 1 ? Promise.reject(new Error('no line')) : Promise.resolve(none(commits))
  })
  signatures.see(['a'])
  await vi.runAllTimersAsync()
  signatures.see(['a', 'b'])
  await vi.runAllTimersAsync()
  expect(signatures.store.getState().known.size).toBe(2)
})
