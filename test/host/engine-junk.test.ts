import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src/contract/index.ts'
import type { CallName, DownFrame } from '../../src/contract/index.ts'
import { createEngine } from '../../src/engine/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { createHandlers, createMemoryPipe, dispatch } from '../../src/host/index.ts'
import { junkLaws } from './junk-laws.ts'
import { unknownIds } from './unknown-ids.ts'

const root = join(import.meta.dirname, '../..')
let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelhouse-junk-'))
  engine = await createEngine({
    version: '0.0.0',
    background: false,
    dataDir: join(folder, 'data'),
    home: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder },
    moduleFile: join(root, 'build/wasm/wheelhouse.wasm.br'),
    wasmWorker: pathToFileURL(join(root, 'src/engine/wasm/worker.ts')),
  })
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the real engine', () => {
  const open = async () => {
    const { client, server } = createMemoryPipe({ client: 'window', server: 'engine' })
    const about = { version: '0.0.0', mode: 'browser', platform: 'linux' } as const
    const handlers = createHandlers(engine.handlers, { about, demo: () => 'off' })
    dispatch(handlers, server, { log: () => undefined, now: () => 0 })
    return client
  }
  test.each(unknownIds)('%s refuses an id that was never given', async (name, input, code) => {
    const pipe = await open()
    const answer = new Promise<DownFrame>((resolve) => pipe.onFrame((frame) => resolve(frame as DownFrame)))
    pipe.send({ type: 'call', id: 1, name, input })
    expect(await answer).toMatchObject({ type: 'err', failure: { code } })
    pipe.close()
  })

  junkLaws(open, Object.keys(api) as CallName[], 25)
})
