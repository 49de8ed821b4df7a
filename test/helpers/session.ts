import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { api, connect } from '#contract'
import type { Api, AppRow, Client, Operation, Pipe } from '#contract'
import { createEngine } from '#engine'
import type { EngineOptions } from '#engine'
import { createHandlers, createLogger, createMemoryPipe, dispatch } from '#host'
import { testStarter } from './starter.ts'

const root = join(import.meta.dirname, '../..')

/** A real engine in a folder of its own, spoken to over the in-memory pipe as a window would. */
export type TestSession = {
  readonly client: Client<Api>
  readonly dataDir: string
  /** Lines of the log, as a file would hold them. */
  readonly log: readonly string[]
  readonly rowWhere: (appId: string, is: (row: AppRow) => boolean, timeoutMs?: number) => Promise<AppRow>
  readonly ended: (operationId: string) => Promise<Operation>
  /** Ends the engine; `keep` leaves its folder for the next one. */
  readonly close: (keep?: 'keep') => Promise<void>
}

export async function openTestSession(options: {
  readonly kubeconfig?: string
  readonly dataDir?: string
  readonly onRecorded?: EngineOptions['onRecorded']
  /** Variables that differ from those of the test. */
  readonly env?: Readonly<Record<string, string>>
  /** Hears every frame, both ways. */
  readonly onFrame?: (frame: unknown) => void
}): Promise<TestSession> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'wheelhouse-data-'))
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...options.env }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
  const engine = await createEngine({
    version: '0.1.0',
    background: false,
    dataDir,
    home: env.HOME ?? dataDir,
    env,
    moduleFile: join(root, 'build/wasm/wheelhouse.wasm.br'),
    wasmWorker: new URL('../../src/engine/wasm/worker.ts', import.meta.url),
    starter: testStarter,
    ...(options.kubeconfig === undefined ? {} : { kubeconfigs: [options.kubeconfig] }),
    ...(options.onRecorded === undefined ? {} : { onRecorded: options.onRecorded }),
  })
  const handlers = createHandlers(engine.handlers, {
    about: { version: '0.1.0', mode: 'cli', platform: process.platform },
    demo: () => 'off',
  })
  const log: string[] = []
  const pipe = createMemoryPipe({ client: 'test', server: 'engine' })
  dispatch(handlers, pipe.server, {
    log: createLogger({ write: (line) => log.push(line), now: () => new Date() }),
    now: () => performance.now(),
  })
  const client = connect(api, heard(pipe.client, options.onFrame ?? (() => undefined)))
  return {
    client,
    dataDir,
    log,
    rowWhere: async (appId, is, timeoutMs = 20_000) => {
      let last: AppRow | undefined
      try {
        for await (const delta of client.stream(
          'apps.watch',
          {},
          { signal: AbortSignal.timeout(timeoutMs) },
        )) {
          last = delta.upserts.find(({ id }) => id === appId) ?? last
          if (last !== undefined && is(last)) return last
        }
      } catch (error) {
        throw new Error(`The app never came to that state; it was ${JSON.stringify(last, undefined, 1)}`, {
          cause: error,
        })
      }
      throw new Error('The stream ended.')
    },
    ended: async (operationId) => {
      for await (const delta of client.stream('operations.watch', {})) {
        const operation = delta.upserts.find(({ id }) => id === operationId)
        if (operation !== undefined && operation.state !== 'running') return operation
      }
      throw new Error('The stream ended.')
    },
    close: async (keep) => {
      pipe.client.close()
      await engine.close()
      if (keep === undefined) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function heard(pipe: Pipe, onFrame: (frame: unknown) => void): Pipe {
  return {
    ...pipe,
    send: (frame) => {
      onFrame(frame)
      pipe.send(frame)
    },
    onFrame: (listener) =>
      pipe.onFrame((frame) => {
        onFrame(frame)
        listener(frame)
      }),
  }
}
