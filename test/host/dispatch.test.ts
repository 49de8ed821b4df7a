import { describe, expect, test } from 'vitest'
import { api, AppError, connect, localApi } from '../../src/contract/index.ts'
import type { Api, CallName, Handlers, LocalApi } from '../../src/contract/index.ts'
import { createMemoryPipe, dispatch, dispatchLocal } from '../../src/host/index.ts'
import type { LogEntry } from '../../src/host/index.ts'
import { junkLaws } from './junk-laws.ts'

const names = Object.keys(api) as CallName[]

/** An engine that has nothing: every call is refused by its own code, and what reaches it must have passed the schema. */
function emptyEngine(): Handlers<Api> {
  const handlers = names.map((name) => {
    const refuse = (input: unknown) => {
      if (!api[name].input.safeParse(input).success) throw new Error(`${name} got what its schema refuses.`)
      return new AppError('NOT_FOUND', { message: `${name}: there is nothing here.` })
    }
    const call = async (input: unknown) => {
      throw refuse(input)
    }
    async function* stream(input: unknown) {
      yield* []
      throw refuse(input)
    }
    return [name, api[name].kind === 'stream' ? stream : call]
  })
  return Object.fromEntries(handlers) as Handlers<Api>
}

function open(handlers: Handlers<Api>) {
  const { client, server } = createMemoryPipe({ client: 'window', server: 'engine' })
  const lines: LogEntry[] = []
  let ms = 0
  dispatch(handlers, server, { log: (entry) => lines.push(entry), now: () => (ms += 5) })
  return { pipe: client, client: connect(api, client), lines }
}
describe('every call of the contract', () => {
  junkLaws(async () => open(emptyEngine()).pipe, names, 60)
})

test('logs each call with id, name, duration and code, and nothing of its input', async () => {
  const { client, lines } = open({ ...emptyEngine(), 'connections.retry': async () => ({}) })
  await client.call('connections.retry', { context: 'shop' })
  await client.call('clones.fetch', { cloneId: 'a-very-own-id' }).catch(() => undefined)
  expect(lines).toMatchObject([
    { level: 'info', message: 'connections.retry ok', call: 1, peer: 'window', durationMs: 5 },
    { level: 'warn', message: 'clones.fetch NOT_FOUND', call: 2, peer: 'window', durationMs: 5 },
  ])
  expect(JSON.stringify(lines)).not.toContain('a-very-own-id')
})

test('serves the calls that print secrets on the in-process pipe alone', async () => {
  const printing: Handlers<Api & LocalApi> = {
    ...emptyEngine(),
    'render.print': async () => ({ yaml: 'kind: Secret', problems: [] }),
  }
  const call = (serveOn: typeof dispatchLocal) => {
    const { client, server } = createMemoryPipe({ client: 'cli', server: 'engine' })
    serveOn(printing, server, { log: () => undefined, now: () => 0 })
    return connect({ ...api, ...localApi }, client).call('render.print', { appId: 'a' })
  }
  expect(await call(dispatchLocal)).toEqual({ yaml: 'kind: Secret', problems: [] })
  await expect(call(dispatch)).rejects.toMatchObject({ failure: { code: 'BAD_REQUEST' } })
})
