import { appendFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { api, connect, localApi } from '#contract'
import type { Api, App, Client, Handlers, LocalApi } from '#contract'
import { openDemoPort } from '#demo'
import { createEngine, dataFolder, forkStarter } from '#engine'
import type { Engine } from '#engine'
import { createHandlers, createLogger, createMemoryPipe, dispatchLocal } from '#host'
import { askAtTerminal } from './ask-terminal.ts'
import { findApp } from './find-app.ts'
import type { AppFlags } from './find-app.ts'
import { engineFiles, starterFile, version } from './files.ts'

export type GlobalFlags = AppFlags & {
  readonly kubeconfig?: string
  readonly workspace?: string
  readonly output?: 'text' | 'json'
  readonly color?: boolean
}

/** One command's engine with a typed client over the in-process pipe: the same handlers that a window calls. */
export type Session = {
  readonly client: Client<Api & LocalApi>
  readonly engine: Engine
  readonly handlers: Handlers<Api>
  readonly app: (name: string | undefined) => Promise<App>
  /** Ends the demo's cluster, which otherwise lives on. */
  readonly stopDemo: () => Promise<void>
  readonly close: () => Promise<void>
}

export async function openSession(flags: GlobalFlags, mode: 'cli' | 'browser' = 'cli'): Promise<Session> {
  const home = homedir()
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const dataDir = flags.workspace ?? dataFolder(env, process.platform, home)
  const demo = openDemoPort(join(dataDir, 'demo'))
  const engine = await createEngine({
    version,
    background: mode === 'browser',
    dataDir,
    home,
    env,
    demo,
    ...(mode === 'browser' ? { starter: () => forkStarter(starterFile) } : {}),
    ...engineFiles,
    ...(flags.kubeconfig === undefined ? {} : { kubeconfigs: [flags.kubeconfig] }),
  })
  const handlers = createHandlers(engine.handlers, {
    about: { version, mode, platform: process.platform },
    demo: () => (demo.isOpen() ? 'on' : 'available'),
  })
  const { client: near, server: far } = createMemoryPipe({ client: 'command line', server: 'engine' })
  dispatchLocal({ ...handlers, ...engine.localHandlers }, far, {
    log: createLogger({
      write: (line) => appendFileSync(join(dataDir, 'wheelhouse.log'), line),
      now: () => new Date(),
    }),
    now: () => performance.now(),
  })
  const client = connect({ ...api, ...localApi }, near)
  const stopAsking = mode === 'cli' ? askAtTerminal(client) : () => undefined
  return {
    client,
    engine,
    handlers,
    app: (name) => findApp(client, flags, name),
    stopDemo: () => demo.stop(),
    close: async () => {
      stopAsking()
      near.close()
      await engine.close()
    },
  }
}
