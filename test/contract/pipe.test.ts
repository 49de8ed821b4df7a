import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { CallError, connect } from '../../src/contract/index.ts'
import type { DownFrame, ServeOptions } from '../../src/contract/index.ts'
import { createMemoryPipe } from '../../src/host/memory.ts'
import { protocolLaws } from './protocol-laws.ts'
import { connectToy, serveToy, toy } from './toy.ts'

function openLine(options?: Partial<ServeOptions>) {
  const { client, server } = createMemoryPipe({ client: 'test', server: 'toy' })
  const { state } = serveToy(server, options)
  return { client: connectToy(client), pipe: client, state }
}

describe('over memory', () => protocolLaws(async () => openLine(), 30))

/** A served toy that is spoken to in raw frames. */
function openRaw(options?: Partial<ServeOptions>) {
  const { client, server } = createMemoryPipe({ client: 'test', server: 'toy' })
  const { state } = serveToy(server, options)
  const answers: DownFrame[] = []
  client.onFrame((frame) => answers.push(frame as DownFrame))
  return { send: client.send, answers, state, pipe: client }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('answers junk with a Failure or not at all, and goes on working', async () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true })
  const almost = fc.record(
    {
      type: fc.oneof(fc.constantFrom('call', 'cancel', 'credit', 'ok'), anything),
      id: fc.oneof(fc.nat({ max: 3 }), anything),
      name: fc.oneof(fc.constantFrom(...Object.keys(toy), '__proto__', 'toString'), anything),
      input: anything,
      credit: fc.oneof(fc.integer(), anything),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(anything, almost), { maxLength: 10 }), async (frames) => {
      const { send, answers, pipe } = openRaw()
      for (const frame of frames) send(frame)
      send({ type: 'call', id: 9, name: 'double', input: { n: 4 } })
      await settled()
      expect(answers).toContainEqual({ type: 'ok', id: 9, output: { n: 8 } })
      for (const answer of answers) expect(['ok', 'item', 'end', 'err']).toContain(answer.type)
      pipe.close()
    }),
    { numRuns: 200 },
  )
})

test('names the field that is wrong, without repeating what was sent', async () => {
  const { send, answers } = openRaw()
  send({ type: 'call', id: 1, name: 'double', input: { n: 'my-secret-value' } })
  await settled()
  const [answer] = answers
  expect(answer).toMatchObject({ type: 'err', id: 1, failure: { code: 'BAD_REQUEST' } })
  expect(JSON.stringify(answer)).toContain('n: ')
  expect(JSON.stringify(answer)).not.toContain('my-secret-value')
})

test('bounds the calls at once, and counts given up ones until they have really ended', async () => {
  const { send, answers } = openRaw({ maxCalls: 3 })
  for (const id of [1, 2, 3, 4]) send({ type: 'call', id, name: 'listen', input: {} })
  await settled()
  expect(answers.filter(({ type }) => type === 'err')).toMatchObject([
    { id: 4, failure: { code: 'TOO_MANY_CALLS', retryable: true } },
  ])
  send({ type: 'cancel', id: 1 })
  await settled()
  send({ type: 'call', id: 5, name: 'double', input: { n: 1 } })
  await settled()
  expect(answers.at(-1)).toEqual({ type: 'ok', id: 5, output: { n: 2 } })
})

test('does not produce beyond its own bound, whatever credit is claimed', async () => {
  const { send, state } = openRaw()
  send({ type: 'call', id: 1, name: 'count', input: { to: 1_000_000 }, credit: 1_000_000 })
  send({ type: 'credit', id: 1, credit: Number.MAX_SAFE_INTEGER })
  await settled()
  await settled()
  expect(state.produced).toBeLessThanOrEqual(2 * 1024 + 1)
})

test('says nothing more about a call that was given up', async () => {
  const { send, answers, state } = openRaw()
  send({ type: 'call', id: 1, name: 'wait', input: {} })
  await state.until(() => state.begun === 1)
  send({ type: 'cancel', id: 1 })
  await state.until(() => state.aborted === 1)
  await settled()
  expect(answers).toEqual([])
})

test('tells begin and end of every call once, with how it ended', async () => {
  const log: string[] = []
  const { client } = openLine({
    onBegin: ({ name }) => log.push(`${name} begins`),
    onEnd: ({ name }, failure) => log.push(`${name} ${failure?.code ?? 'fine'}`),
  })
  await client.call('double', { n: 1 })
  await client.call('refuse', { code: 'NOT_FOUND' }).catch(() => undefined)
  for await (const { n } of client.stream('count', { to: 3 })) if (n === 1) break
  await settled()
  expect(log).toEqual([
    'double begins',
    'double fine',
    'refuse begins',
    'refuse NOT_FOUND',
    'count begins',
    'count CANCELLED',
  ])
})

test('fails a call whose answer cannot be read, instead of waiting for ever', async () => {
  const { client, server } = createMemoryPipe({ client: 'test', server: 'junk' })
  server.onFrame((frame) => server.send({ type: 'what', id: (frame as { id: number }).id }))
  const error: unknown = await connect(toy, client)
    .call('double', { n: 1 })
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(CallError)
})
