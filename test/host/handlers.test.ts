import { expect, test } from 'vitest'
import { api, connect } from '../../src/contract/index.ts'
import type { Api, Handlers } from '../../src/contract/index.ts'
import { createHandlers, createMemoryPipe, dispatch } from '../../src/host/index.ts'
import type { HostPorts } from '../../src/host/index.ts'

function open(ports: Partial<HostPorts> = {}) {
  const engine = { 'connections.retry': async () => ({}) } as unknown as Handlers<Api>
  const { client, server } = createMemoryPipe({ client: 'window', server: 'engine' })
  const about = { version: '1.2.3', mode: 'browser', platform: 'linux' } as const
  const handlers = createHandlers(engine, { about, demo: () => 'available', ...ports })
  dispatch(handlers, server, { log: () => undefined, now: () => 0 })
  return connect(api, client)
}

test('says who answers, and whether it can pick folders', async () => {
  const expected = { version: '1.2.3', mode: 'browser', platform: 'linux', demo: 'available' }
  expect(await open().call('about.get', {})).toEqual({ ...expected, canPickFolder: false })
  const desktop = open({ pickFolder: async () => '/src/shop' })
  expect(await desktop.call('about.get', {})).toEqual({ ...expected, canPickFolder: true })
})

test('answers with the folder that was picked, with none when the dialog was dismissed, and refuses without a dialog', async () => {
  expect(await open({ pickFolder: async () => '/src/shop' }).call('clones.pick', {})).toEqual({
    path: '/src/shop',
  })
  expect(await open({ pickFolder: async () => undefined }).call('clones.pick', {})).toEqual({})
  await expect(open().call('clones.pick', {})).rejects.toMatchObject({ failure: { code: 'UNAVAILABLE' } })
})

test('leaves all else to the engine', async () => {
  expect(await open().call('connections.retry', { context: 'shop' })).toEqual({})
})
