import { AppError } from '#contract'
import type { Clock } from './sync.ts'

const start = 8
const most = 32
const slowMs = 1_000

/**
 * Runs a task per item, as many at once as the server bears: eight to begin with, one more after each round that was answered fast, half
 * after it asked to slow down or answered slowly. Answers in the order of the items; the first failure ends it.
 */
export async function mapAdaptive<T, R>(
  items: readonly T[],
  clock: Clock,
  task: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = Array.from({ length: items.length })
  let limit = start
  let next = 0
  let running = 0
  let fast = 0
  return new Promise((resolve, reject) => {
    let ended = false
    const fail = (error: unknown) => {
      ended = true
      reject(error)
    }
    const pump = () => {
      if (ended) return
      if (next >= items.length && running === 0) return resolve(results)
      while (running < limit && next < items.length) void runOne(next++)
    }
    const runOne = async (index: number) => {
      running += 1
      const began = clock.now()
      try {
        results[index] = await task(items[index] as T)
        if (clock.now() - began > slowMs) limit = Math.max(1, Math.floor(limit / 2))
        else if (++fast >= limit) {
          fast = 0
          limit = Math.min(most, limit + 1)
        }
      } catch (error) {
        if (error instanceof AppError && error.data?.status === 429)
          limit = Math.max(1, Math.floor(limit / 2))
        fail(error)
      } finally {
        running -= 1
        pump()
      }
    }
    pump()
  })
}
