import { expect, test } from 'vitest'
import { keepFacts } from '../../../src/engine/safety/index.ts'
import type { Facts } from '../../../src/engine/safety/index.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

function world() {
  const timers: { readonly ms: number; readonly run: () => void }[] = []
  const state = { id: undefined as string | undefined, reads: 0, told: 0, fails: false }
  const facts = keepFacts({
    read: () => {
      state.reads += 1
      return state.fails ? Promise.reject(new Error('gone')) : Promise.resolve({ context: 'prod' } as Facts)
    },
    stateId: () => state.id,
    onChange: () => {
      state.told += 1
    },
    after: (ms, run) => {
      const timer = { ms, run }
      timers.push(timer)
      return () => timers.splice(timers.indexOf(timer), 1)
    },
  })
  const pass = async () => {
    timers.shift()?.run()
    await settle()
  }
  return { facts, state, timers, pass }
}

test('nothing is read before something is known of the live state, and then once', async () => {
  const { facts, state } = world()
  facts.look()
  expect([state.reads, facts.current()]).toEqual([0, undefined])
  state.id = '1'
  facts.look()
  facts.look()
  expect(facts.isReading()).toBe(true)
  await settle()
  facts.look()
  expect([state.reads, facts.serial(), facts.current()?.context, state.told]).toEqual([1, 1, 'prod', 1])
})

test('a live state that moves each second is read when a while has passed', async () => {
  const { facts, state, timers, pass } = world()
  state.id = '1'
  facts.look()
  await settle()
  for (const id of ['2', '3', '4']) {
    state.id = id
    facts.look()
  }
  expect([state.reads, timers.map(({ ms }) => ms)]).toEqual([1, [5_000]])
  await pass()
  expect([state.reads, facts.serial()]).toEqual([2, 2])
})

test('what no watch tells of is read again after a minute', async () => {
  const { facts, state, timers, pass } = world()
  state.id = '1'
  facts.look()
  await settle()
  await pass()
  expect([state.reads, timers.map(({ ms }) => ms)]).toEqual([1, [55_000]])
  await pass()
  expect(state.reads).toBe(2)
})

test('where nothing answers there are no facts; closing ends it', async () => {
  const { facts, state, timers } = world()
  state.id = '1'
  facts.look()
  await settle()
  state.fails = true
  timers.shift()?.run()
  state.id = '2'
  facts.look()
  await settle()
  expect([facts.current(), facts.serial()]).toEqual([undefined, 2])
  facts.close()
  state.id = '3'
  facts.look()
  expect([state.reads, timers]).toEqual([2, []])
})
