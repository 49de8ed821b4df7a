import { expect, test } from 'vitest'
import { examineRows } from '../../../src/engine/timeline/index.ts'
import type { Answer, Question } from '../../../src/engine/timeline/index.ts'

type Row = { readonly commit: { readonly oid: string } }
const row = (oid: string): Row => ({ commit: { oid } })
const answer = (words: string): Answer => ({ marks: [{ kind: 'conflicts', label: 'x', words }] })

/** A question that is answered by hand. */
function byHand(name: string, keyOf: Question<Row, Answer>['keyOf'] = () => 'key') {
  const open: {
    readonly oid: string
    readonly signal: AbortSignal
    readonly end: (answer?: Answer) => void
  }[] = []
  const question: Question<Row, Answer> = {
    keyOf,
    ask: ({ commit: { oid } }, signal) =>
      new Promise((resolve) => {
        asked.push(`${name} ${oid}`)
        open.push({ oid, signal, end: resolve })
      }),
  }
  const asked: string[] = []
  const end = async (found?: Answer) => {
    open.shift()?.end(found)
    await settle()
  }
  return { question, asked, open, end }
}

/** Lets all promises that are due go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

function world(questions: readonly Question<Row, Answer>[]) {
  const state = { wanted: [row('a'), row('b')], errors: [] as unknown[], told: 0 }
  const rows = examineRows<Row>({
    wanted: () => state.wanted,
    questions,
    onAnswer: () => {
      state.told += 1
    },
    onError: (error) => state.errors.push(error),
  })
  const words = (oid: string) => rows.answers(oid).flatMap(({ marks }) => marks.map((mark) => mark.words))
  return { state, rows, words }
}

test('one row at a time, the first question of all rows before the next', async () => {
  const [first, second] = [byHand('first'), byHand('second')]
  const { rows, words } = world([first.question, second.question])
  rows.wake()
  rows.wake()
  expect([first.asked, rows.isSettled()]).toEqual([['first a'], false])
  await first.end(answer('1'))
  expect([first.asked, second.asked]).toEqual([['first a', 'first b'], []])
  await first.end(answer('2'))
  await second.end()
  await second.end(answer('3'))
  expect([second.asked, rows.isSettled()]).toEqual([['second a', 'second b'], true])
  expect([words('a'), words('b')]).toEqual([['1'], ['2', '3']])
})

test('what went out of view is left, and asked again when it comes back', async () => {
  const { question, asked, open, end } = byHand('q')
  const { state, rows, words } = world([question])
  rows.wake()
  state.wanted = [row('b')]
  rows.wake()
  expect(open[0]?.signal.aborted).toBe(true)
  await end(answer('late'))
  await end(answer('b'))
  expect([asked, words('a'), words('b')]).toEqual([['q a', 'q b'], [], ['b']])
  state.wanted = [row('a'), row('b')]
  rows.wake()
  await end(answer('a'))
  expect([asked, words('a')]).toEqual([['q a', 'q b', 'q a'], ['a']])
})

test('a row is asked again when what its answer depends on is another one, and keeps the old one meanwhile', async () => {
  let key = '1'
  const { question, asked, end } = byHand('q', () => key)
  const { state, rows, words } = world([question])
  state.wanted = [row('a')]
  rows.wake()
  await end(answer('old'))
  rows.wake()
  expect(asked).toHaveLength(1)
  key = '2'
  rows.wake()
  expect([asked.length, words('a')]).toEqual([2, ['old']])
  await end()
  expect([words('a'), rows.isSettled()]).toEqual([['old'], true])
})

test('an error is told and not met again; a row without a key is not asked', async () => {
  const boom = new Error('boom')
  const failing: Question<Row, Answer> = {
    keyOf: ({ commit }) => (commit.oid === 'a' ? 'key' : undefined),
    ask: () => Promise.reject(boom),
  }
  const { state, rows } = world([failing])
  rows.wake()
  await settle()
  rows.wake()
  await settle()
  expect([state.errors, rows.isSettled()]).toEqual([[boom], true])
})

test('closing leaves what is under way and tells nothing more', async () => {
  const { question, open, asked } = byHand('q')
  const { rows, words } = world([question])
  rows.wake()
  const closed = rows.close()
  expect(open[0]?.signal.aborted).toBe(true)
  open[0]?.end(answer('late'))
  await closed
  rows.wake()
  expect([words('a'), asked]).toEqual([[], ['q a']])
})
