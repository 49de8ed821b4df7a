import { expect, test } from 'vitest'
import fc from 'fast-check'
import { CallError } from '../../src/contract/index.ts'
import type { Client, Pipe } from '../../src/contract/index.ts'
import { secret } from './toy.ts'
import type { Toy, ToyState } from './toy.ts'

/** A served toy and its client over some transport; `pipe` is the client's end. */
export type Line = { readonly client: Client<Toy>; readonly pipe: Pipe; readonly state: ToyState }

/** What holds over every transport. `open` gives a fresh line that is closed after the test; `runs` bounds the properties. */
export function protocolLaws(open: () => Promise<Line>, runs: number): void {
  const failureOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof CallError)) throw new Error('The call did not fail as data.')
    return error.failure
  }
  const collect = async (client: Client<Toy>, to: number) => {
    const seen: number[] = []
    for await (const { n } of client.stream('count', { to })) seen.push(n)
    return seen
  }

  test('answers each of many calls at once with its own answer', async () => {
    const { client } = await open()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { maxLength: 40 }), async (numbers) => {
        const answers = await Promise.all(numbers.map((n) => client.call('double', { n })))
        expect(answers.map(({ n }) => n)).toEqual(numbers.map((n) => n * 2))
      }),
      { numRuns: runs },
    )
  })

  test('brings every item of interleaved streams, once and in order', async () => {
    const { client } = await open()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 150 }), { maxLength: 5 }), async (sizes) => {
        const all = await Promise.all(sizes.map((to) => collect(client, to)))
        expect(all).toEqual(sizes.map((to) => Array.from({ length: to }, (_, n) => n)))
      }),
      { numRuns: runs },
    )
  })

  test('lets a slow reader of 100,000 items stop the producer within its window', async () => {
    const { client, state } = await open()
    const items = client.stream('count', { to: 100_000 })[Symbol.asyncIterator]()
    for (let read = 1; read <= 40; read++) {
      expect(await items.next()).toEqual({ done: false, value: { n: read - 1 } })
      // A round trip behind everything that the producer was let to do.
      await client.call('double', { n: 1 })
      expect(state.produced).toBeLessThanOrEqual(read + 33)
    }
    await items.return?.()
    await state.until(() => state.returned === 1)
    expect(state.produced).toBeLessThan(100)
  })

  test('stops the producer when the reader breaks, wherever it does', async () => {
    const { client, state } = await open()
    let streams = 0
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 80 }), async (at) => {
        const before = state.produced
        for await (const { n } of client.stream('count', { to: 100_000 })) if (n === at) break
        streams += 1
        await state.until(() => state.returned === streams)
        expect(state.produced - before).toBeLessThanOrEqual(at + 34)
      }),
      { numRuns: runs },
    )
  })

  test('cancels a call: the client hears it at once, the handler by its signal', async () => {
    const { client, state } = await open()
    const cancel = new AbortController()
    const waiting = failureOf(client.call('wait', {}, { signal: cancel.signal }))
    await state.until(() => state.begun === 1)
    cancel.abort()
    expect(await waiting).toMatchObject({ code: 'CANCELLED' })
    await state.until(() => state.aborted === 1)
    expect(await failureOf(client.call('wait', {}, { signal: cancel.signal }))).toMatchObject({
      code: 'CANCELLED',
    })
    expect(state.begun).toBe(1)
  })

  test('cancels a stream that waits for its next item', async () => {
    const { client, state } = await open()
    const cancel = new AbortController()
    const items = client.stream('listen', {}, { signal: cancel.signal })[Symbol.asyncIterator]()
    expect(await items.next()).toEqual({ done: false, value: { n: 0 } })
    const next = failureOf(items.next())
    cancel.abort()
    expect(await next).toMatchObject({ code: 'CANCELLED' })
    await state.until(() => state.aborted === 1)
    expect(await items.next()).toEqual({ done: true, value: undefined })
  })

  test('passes errors as data with code, subject and details, and hides those it does not know', async () => {
    const { client, state } = await open()
    expect(await failureOf(client.call('refuse', { code: 'GIT_BUSY' }))).toMatchObject({
      code: 'GIT_BUSY',
      message: 'web: GIT_BUSY.',
      subject: 'web',
      retryable: false,
      data: { line: 3 },
    })
    const hidden = await failureOf(client.call('leak', {}))
    expect(hidden.code).toBe('INTERNAL')
    expect(JSON.stringify(hidden)).not.toContain(secret)
    // The control: the cause is known where it may be.
    expect(String(state.errors[0])).toContain(secret)
  })

  test('gives what a stream had sent before it failed, then the failure', async () => {
    const { client } = await open()
    const seen: number[] = []
    const failure = await failureOf(
      (async () => {
        for await (const { n } of client.stream('fail', { after: 70 })) seen.push(n)
      })(),
    )
    expect(seen).toHaveLength(70)
    expect(failure).toMatchObject({ code: 'KUBE_FAILED', message: 'The cluster said no.' })
  })

  test('refuses an answer that breaks the contract', async () => {
    const { client } = await open()
    expect(await failureOf(client.call('wrong', {}))).toMatchObject({ code: 'INTERNAL' })
  })

  test('closing fails what waits and aborts what runs', async () => {
    const { client, pipe, state } = await open()
    const waiting = Array.from({ length: 5 }, () => failureOf(client.call('wait', {})))
    await state.until(() => state.begun === 5)
    pipe.close()
    for (const failure of await Promise.all(waiting)) expect(failure.code).toBe('UNAVAILABLE')
    await state.until(() => state.aborted === 5)
    expect(await failureOf(client.call('double', { n: 1 }))).toMatchObject({ code: 'UNAVAILABLE' })
  })
}
