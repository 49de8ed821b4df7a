import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { availableParallelism, hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Api, Handlers, LocalApi } from '#contract'
import { toYaml } from '#core'
import { createAppRenderer } from './app-render.ts'
import { draftFolder, sweepDrafts } from './drafts-folder.ts'
import { appCalls } from './calls/app-calls.ts'
import { followReported } from './calls/cruise.ts'
import { auditCalls } from './calls/audit-calls.ts'
import { blameCalls } from './calls/blame-calls.ts'
import { compareCalls } from './calls/compare-calls.ts'
import { demoCalls } from './calls/demo-calls.ts'
import { doctorCalls } from './calls/doctor-calls.ts'
import { draftCalls } from './calls/draft-calls.ts'
import type { KeptDrafts } from './calls/draft-calls.ts'
import { createFetches } from './calls/fetches.ts'
import { findApp, findClone, openRepo } from './calls/find.ts'
import { createLiveApps } from './calls/live-apps.ts'
import { operationLogOf } from './calls/log-of.ts'
import { operationCalls } from './calls/operation-calls.ts'
import { createPlans, planCalls } from './calls/plan-calls.ts'
import type { DemoPort, Parts } from './calls/ports.ts'
import { followPullRequests } from './calls/pull-requests.ts'
import { createQuestions } from './calls/questions.ts'
import { createRunner } from './calls/runner.ts'
import { takeBackCalls } from './calls/take-back-calls.ts'
import { signatureCalls } from './calls/signature-calls.ts'
import { sourceCalls } from './calls/source-calls.ts'
import { workspaceCalls } from './calls/workspace-calls.ts'
import { createGit } from './git/index.ts'
import { createKube } from './kube/index.ts'
import { createStarter, run } from './process/index.ts'
import type { StarterConnection } from './process/index.ts'
import { createRenderer } from './render/index.ts'
import { createSync, createWasmMerge } from './sync/index.ts'
import { createEffectStore, createFolderStore } from './timeline/index.ts'
import { createWasmPool, readModule } from './wasm/index.ts'
import { openWorkspace } from './workspace/index.ts'
import type { Entry } from './workspace/index.ts'

export type { DemoApp, DemoPlace, DemoPort } from './calls/ports.ts'
export { forkStarter, openOutside, startDetached } from './process/index.ts'
export type { StarterConnection } from './process/index.ts'
export { createWasmPool, readModule } from './wasm/index.ts'
export type { WasmPool } from './wasm/index.ts'
export { createShellEnvironment, dataFolder } from './workspace/index.ts'

export type EngineOptions = {
  readonly version: string
  /** Fetch trusted clones and follow apps on cruise control in the background; off for a command that ends soon. */
  readonly background: boolean
  /** Folder of the app's own files: settings, journal, drafts. */
  readonly dataDir: string
  readonly home: string
  /** The operator's environment, as a login shell has it. */
  readonly env: Readonly<Record<string, string>>
  /** The compressed WebAssembly module, and the worker that runs it (source or bundle). */
  readonly moduleFile: string
  readonly wasmWorker: URL
  /** Connects with the process that starts git (see process/starter.ts), or answers undefined where there is none for now. */
  readonly starter?: (() => StarterConnection | undefined) | undefined
  readonly demo?: DemoPort
  /** Kubeconfig files beside those of the settings (`--kubeconfig`). */
  readonly kubeconfigs?: readonly string[]
  /** Hears of each line that is in the journal, before what it announces is begun: how the kill tests find their moment. */
  readonly onRecorded?: (entry: Entry) => void
}

/** All of Wheelhouse but its faces: the handlers of every call but those that only the host can answer. */
export type Engine = {
  readonly handlers: Omit<Handlers<Api>, 'about.get' | 'clones.pick'>
  /** For the in-process pipe alone: prints secret values (see `localApi`). */
  readonly localHandlers: Handlers<LocalApi>
  readonly close: () => Promise<void>
}

/** How long a close waits for what it has cancelled. */
const lastWordsMs = 3_000

/** Commands that change a repository or use the network: what the activity list shows. Reads come by the hundred. */
const changes =
  / (push|fetch|ls-remote|update-ref|commit-tree|write-tree|read-tree|pack-objects|index-pack|hash-object|hook) /

/** Opens the workspace and wires the rooms. `DISK_FULL`, `DISK_FAILED`, `SETTINGS_NEWER`; Git and clusters are met at the first call that needs them. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const now = () => new Date().toISOString()
  const workspace = await openWorkspace(options.dataDir, now)
  const log = operationLogOf(workspace.operations, {
    now,
    newId: randomUUID,
    onRecorded: options.onRecorded,
  })
  const settings = () => workspace.store.state().settings
  const wasm = createWasmPool({
    module: () => readModule(options.moduleFile),
    workerUrl: options.wasmWorker,
    // On two cores a second one takes its time from the engine and from git: 50 MB for nothing.
    size: availableParallelism() > 2 ? 2 : 1,
  })
  const { gitPath } = settings()
  const questions = createQuestions({ dataDir: options.dataDir, newId: randomUUID, now: Date.now })
  // Elsewhere a child costs the same whoever starts it (posix_spawn, CreateProcess).
  const starter =
    options.starter === undefined || process.platform !== 'linux' ? undefined : createStarter(options.starter)
  const git = createGit({
    ...(gitPath === undefined ? {} : { gitPath }),
    env: options.env,
    quarantines: draftFolder(options.dataDir),
    caches: join(options.dataDir, 'cache', 'git'),
    records: join(options.dataDir, 'git-runs'),
    starter,
    asker: questions.asker,
    onRun: (command) => {
      // Commands belong to the operation that runs; with several at once they cannot be told apart, and are shown with the newest.
      const id = [...running.keys()].at(-1)
      if (id !== undefined && changes.test(command.command)) log.command(id, command)
    },
  })
  const running = new Map<string, AbortController>()
  const kube = createKube({
    env: options.env,
    home: options.home,
    settings: () => ({
      kubeconfigs: [...(options.kubeconfigs ?? []), ...settings().kubeconfigs],
      caBundle: settings().caBundle,
    }),
    run,
    now: Date.now,
  })
  const render = createAppRenderer(createRenderer(wasm))
  const probe = createAppRenderer(createRenderer(wasm), { most: 120 })
  const effects = createEffectStore(
    join(options.dataDir, 'cache', 'effects.jsonl'),
    await moduleVersion(options),
  )
  const folders = createFolderStore(join(options.dataDir, 'cache', 'folders.jsonl'))
  const sync = createSync({
    who: whoIs(options.env),
    version: options.version,
    merge: createWasmMerge(wasm),
  })
  const live = createLiveApps(async (app) => ({
    repo: await openRepo(parts, app.spec.cloneId),
    cloneName: findClone(parts, app.spec.cloneId).name,
    render,
    sync,
    connect: (context) => kube.connect(context),
  }))
  const parts: Parts = {
    env: options.env,
    home: options.home,
    who: whoIs(options.env),
    now,
    newId: randomUUID,
    workspace,
    git,
    kube,
    render,
    probe,
    effects,
    folders,
    sync,
    live,
    running,
    demo: options.demo,
  }
  await sweepDrafts(options.dataDir, workspace.operations)
  const plans = createPlans()
  const drafts: KeptDrafts = new Map()
  const runner = createRunner(parts, plans, log)
  const fetches = createFetches(parts)
  for (const clone of workspace.store.state().clones)
    if (clone.trusted !== undefined && options.background) fetches.begin(clone.id)
  const stopFollowing = followPullRequests(parts, fetches, runner)
  const stopCruise = options.background
    ? followReported({
        apps: () => workspace.store.state().apps,
        onChange: workspace.store.onChange,
        hold: live.hold,
      })
    : () => undefined
  return {
    handlers: {
      ...doctorCalls(parts),
      ...workspaceCalls(parts, fetches),
      ...appCalls(parts),
      ...signatureCalls(parts),
      ...auditCalls(parts),
      ...blameCalls(parts),
      ...compareCalls(parts),
      ...draftCalls(parts, plans, runner, drafts),
      ...sourceCalls(parts, drafts),
      ...planCalls(parts, plans, runner),
      ...operationCalls(parts, runner),
      ...takeBackCalls(parts, runner),
      ...demoCalls(parts, fetches),
      ...questions.calls,
    },
    localHandlers: {
      'render.print': async ({ appId, revision }) => {
        const { spec } = findApp(parts, appId)
        const repo = await openRepo(parts, spec.cloneId)
        const oid =
          revision === undefined ? (await repo.tracked(spec.branch)).tip : await repo.resolve(revision)
        const { manifests, problems } = await render(spec, await repo.tree(oid))
        return {
          yaml: manifests.map(({ object }) => `---\n${toYaml(object)}`).join(''),
          problems: [...problems],
        }
      },
    },
    close: async () => {
      for (const ending of running.values()) ending.abort()
      await Promise.race([runner.idle(), wait(lastWordsMs, undefined, { ref: false })])
      stopCruise()
      stopFollowing()
      fetches.close()
      live.close()
      await kube.close()
      git.close()
      starter?.close()
      wasm.close()
      await Promise.all([effects.idle(), folders.idle()])
      await workspace.close()
    },
  }
}

/** The app's version tells how effects are worded, the module's size which upstream renders. */
async function moduleVersion({ version, moduleFile }: EngineOptions): Promise<string> {
  const found = await stat(moduleFile).catch(() => undefined)
  return `${version}-${found?.size ?? 0}`
}

function whoIs(env: Readonly<Record<string, string>>): string {
  return `${env.USER ?? env.USERNAME ?? env.LOGNAME ?? 'somebody'}@${hostname()}`
}
