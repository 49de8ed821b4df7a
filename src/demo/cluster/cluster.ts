import { join } from 'node:path'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { startControllers } from './controllers/index.ts'
import type { Pace } from './controllers/container.ts'
import { kindNamed } from './kinds.ts'
import { openLogFile } from './log-file.ts'
import { createMerge } from './merge.ts'
import type { Tokens } from './request.ts'
import { readSchemas } from './schemas.ts'
import { startServer } from './server.ts'
import { createStore } from './store.ts'
import type { World } from './world.ts'

export type ClusterOptions = {
  /** Folder of the state. */
  readonly data: string
  readonly tokens: Tokens
  /** 0 = any that is free. */
  readonly port: number
  /** The compressed WebAssembly module, the worker that runs it, and the recorded schemas. */
  readonly moduleFile: string
  readonly workerUrl: URL
  readonly schemasDir: string
  /** Changes that a watch may resume from, at least; a few thousand unless told. */
  readonly keptEvents?: number
  readonly clock?: Clock
  readonly pace?: Partial<Pace>
  readonly log?: World['log']
}

export type RunningCluster = { readonly url: string; readonly close: () => Promise<void> }

/** A small Kubernetes: API server and controllers over a log on disk. What was answered to a client outlives this process. */
export async function startCluster(options: ClusterOptions): Promise<RunningCluster> {
  const clock = options.clock ?? systemClock
  const schemas = readSchemas(options.schemasDir)
  const log = openLogFile(join(options.data, 'state.jsonl'))
  const store = createStore(
    log,
    (object) => kindNamed(String(object['apiVersion']), String(object['kind'])),
    options.keptEvents,
  )
  const merge = createMerge({ ...options, schemas })
  const world: World = { store, schemas, merge, clock, log: options.log ?? (() => undefined) }
  const controllers = startControllers(world, options.pace ?? {})
  try {
    const server = await startServer(world, options.tokens, options.port)
    return {
      url: server.url,
      close: async () => {
        await server.close()
        controllers.close()
        merge.close()
        log.close()
      },
    }
  } catch (error) {
    controllers.close()
    merge.close()
    log.close()
    throw error
  }
}
