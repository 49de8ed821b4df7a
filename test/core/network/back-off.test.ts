import { expect, test } from 'vitest'
import { pauseBeforeFetch } from '#core'

const minute = 60_000

test.each([
  { failures: 0, random: 0, pauseMs: minute },
  { failures: 1, random: 0, pauseMs: 2 * minute },
  { failures: 4, random: 0, pauseMs: 16 * minute },
  { failures: 5, random: 0, pauseMs: 30 * minute },
  { failures: 5_000, random: 0, pauseMs: 30 * minute },
  { failures: 0, random: 1, pauseMs: 1.2 * minute },
  { failures: 5, random: 0.5, pauseMs: 33 * minute },
  { failures: 0, random: 7, pauseMs: 1.2 * minute },
])('after $failures failures, chance $random: $pauseMs ms', ({ failures, random, pauseMs }) => {
  expect(pauseBeforeFetch({ usualMs: minute, failures, random })).toBe(pauseMs)
})

test('who fetches once a day is not asked to fetch more often after failures', () => {
  expect(pauseBeforeFetch({ usualMs: 24 * 60 * minute, failures: 3, random: 0 })).toBe(24 * 60 * minute)
})
