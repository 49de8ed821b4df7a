import type { App, AppRow, Commit, ErrorCode, Oid, SourceLine, SyncRecord } from '#contract'
import { AppError } from '#contract'
import type { AppRenderer, Rendered } from '../app-render.ts'
import type { Repo } from '../git/index.ts'
import type { Cluster } from '../kube/index.ts'
import { watchWorkloads } from '../runs/index.ts'
import type { RenderedCommit, WorkloadsSeen } from '../runs/index.ts'
import { lastSyncedOf } from '../sync/index.ts'
import type { Observed, Sync } from '../sync/index.ts'
import { readTimeline } from '../timeline/index.ts'
import { readCounts } from './counts.ts'
import { historyOf } from './history.ts'
import { initialRow, rowOf } from './row.ts'

export type LiveAppPorts = {
  readonly repo: Repo
  readonly cloneName: string
  readonly render: AppRenderer
  readonly sync: Sync
  readonly connect: (context: string) => Promise<Cluster>
}

/** All that is known of one app at a moment; each part arrives and changes by itself. */
export type AppState = {
  readonly tip: Commit | undefined
  /** Of the newest tip that rendered: `renderedAt`. */
  readonly rendered: Rendered | undefined
  readonly renderedAt: Oid | undefined
  /** Where the counts of its workloads are set, by key. */
  readonly counts: ReadonlyMap<string, SourceLine>
  readonly observed: Observed | undefined
  readonly workloads: WorkloadsSeen | undefined
  readonly commits: readonly RenderedCommit[]
  /** Commits of the app's timeline that are known so far, newest first. */
  readonly timeline: readonly Commit[]
  readonly records: readonly SyncRecord[]
  /** They were asked for, and came or could not be read. */
  readonly recordsAsked: boolean
  /** When the records' revisions were committed; one that this clone does not have is not in it. */
  readonly committedAt: ReadonlyMap<Oid, string>
  readonly problem: { readonly code: ErrorCode; readonly message: string } | undefined
}

/** One app as it is followed: its branch, its objects, its pods. Costs watches; open while something on screen needs it. */
export type LiveApp = {
  readonly app: App
  readonly state: () => AppState
  readonly row: () => AppRow
  readonly onChange: (listener: () => void) => () => void
  /** The branch or the cluster may have moved: look again now. */
  readonly refresh: () => Promise<void>
  readonly close: () => void
}

const knownCommits = 60
const pollMs = 20_000
const empty: AppState = {
  tip: undefined,
  rendered: undefined,
  renderedAt: undefined,
  counts: new Map(),
  observed: undefined,
  workloads: undefined,
  commits: [],
  timeline: [],
  records: [],
  recordsAsked: false,
  committedAt: new Map(),
  problem: undefined,
}

/** Follows an app until closed: refs by file watch and a slow poll, objects and pods by watches of the API server. */
export function openLiveApp(ports: LiveAppPorts, app: App): LiveApp {
  const listeners = new Set<() => void>()
  const ending = new AbortController()
  let state = empty
  let cluster: ClusterSide | undefined
  let looking: Promise<void> = Promise.resolve()
  const change = (part: Partial<AppState>) => {
    if (ending.signal.aborted) return
    state = { ...state, ...part }
    for (const listener of listeners) listener()
  }
  const look = async () => {
    try {
      const moved = await lookAtGit(ports, app, state)
      if (moved !== undefined) change(moved)
      try {
        if (cluster !== undefined && moved !== undefined) await cluster.retarget()
        if (cluster === undefined && app.spec.destination !== undefined && state.rendered !== undefined)
          cluster = await followCluster(ports, app, { state: () => state, change, signal: ending.signal })
      } finally {
        // After the cluster: sync and health need the tip alone, colours of pods need the history.
        if (moved !== undefined) {
          change(await renderHistory(ports, app, moved.tip.oid, ending.signal))
          cluster?.recolour()
        }
      }
    } catch (error) {
      if (ending.signal.aborted) return
      if (!(error instanceof AppError)) throw error
      change({ problem: { code: error.code, message: error.message } })
    }
  }
  // One look at a time, and never lost: a change during a look is looked at after it.
  const refresh = () => {
    looking = looking.then(look, look)
    return looking
  }
  const unwatch = ports.repo.watch(() => void refresh())
  const poll = setInterval(() => void refresh(), pollMs)
  poll.unref()
  void refresh()
  return {
    app,
    state: () => state,
    row: () => (state === empty ? initialRow(app, ports.cloneName) : rowOf(app, ports.cloneName, state)),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh,
    close: () => {
      ending.abort()
      clearInterval(poll)
      unwatch()
      cluster?.close()
    },
  }
}

/**
 * The branch's tip and what it renders to. A tip that does not render is the tip all the same, with the reason: one goes back from there, and
 * needs its timeline for that. It is tried again at each look, since a time-out may be gone.
 */
async function lookAtGit(
  ports: LiveAppPorts,
  app: App,
  state: AppState,
): Promise<(Partial<AppState> & { readonly tip: Commit }) | undefined> {
  const { tip } = await ports.repo.tracked(app.spec.branch)
  if (state.tip?.oid === tip && state.renderedAt === tip) return undefined
  const commit = await ports.repo.commit(tip)
  const source = await ports.repo.tree(tip)
  try {
    const rendered = await ports.render(app.spec, source)
    const counts = await readCounts(app.spec, source, rendered)
    return { tip: commit, rendered, renderedAt: tip, counts, problem: undefined }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const known = state.tip?.oid === tip && state.problem?.code === error.code
    return known ? undefined : { tip: commit, problem: { code: error.code, message: error.message } }
  }
}

/** What the newest commits of the timeline render to: pods are told apart by them. */
async function renderHistory(ports: LiveAppPorts, app: App, tip: Oid, signal: AbortSignal) {
  const commits: RenderedCommit[] = []
  const timeline: Commit[] = []
  const rows = readTimeline(
    { repo: ports.repo, render: ports.render },
    { spec: app.spec, tip, limit: knownCommits, signal },
  )
  for await (const event of rows) {
    // Rows that were told in full are never cut.
    if ('cut' in event || event.row.effect === 'pending') continue
    const { commit, effect } = event.row
    timeline.push(commit)
    if (effect === 'unknown') continue
    const { manifests } = await ports.render(event.spec, await ports.repo.tree(commit.oid), signal)
    commits.push({ oid: commit.oid, manifests })
  }
  return { commits, timeline }
}

async function commitTimes(repo: Repo, records: readonly SyncRecord[]): Promise<ReadonlyMap<Oid, string>> {
  const times = new Map<Oid, string>()
  for (const revision of new Set(records.map((record) => record.revision))) {
    try {
      times.set(revision, (await repo.commit(revision)).committedAt)
    } catch (error) {
      // Synced from another clone, and not fetched here: it stands for no row of this timeline.
      if (!(error instanceof AppError)) throw error
    }
  }
  return times
}

type ClusterSide = {
  /** The tip moved. */
  readonly retarget: () => Promise<void>
  /** More commits are known. */
  readonly recolour: () => void
  readonly close: () => void
}

async function followCluster(
  ports: LiveAppPorts,
  app: App,
  side: {
    readonly state: () => AppState
    readonly change: (part: Partial<AppState>) => void
    readonly signal: AbortSignal
  },
): Promise<ClusterSide> {
  const { destination } = app.spec
  if (destination === undefined)
    throw new AppError('APP_NO_DESTINATION', {
      message: `${app.spec.name} has no destination.`,
      subject: app.spec.name,
    })
  const cluster = await ports.connect(destination.context)
  const target = { appId: app.id, appName: app.spec.name, namespace: destination.namespace }
  const desired = () => {
    const { tip, rendered } = side.state()
    return {
      target,
      cluster,
      revision: tip?.oid ?? '',
      manifests: rendered?.manifests ?? [],
      renderedHash: rendered?.hash ?? '',
      history: historyOf(ports.repo),
    }
  }
  const readRecords = async () => {
    const { records } = await ports.sync.readRecord(cluster, target, { signal: side.signal })
    side.change({ records, recordsAsked: true, committedAt: await commitTimes(ports.repo, records) })
  }
  let lastRecord = ''
  const observation = ports.sync.observeApp(desired(), (observed) => {
    side.change({ observed })
    const record = JSON.stringify(observed.lastSync ?? null)
    if (record === lastRecord) return
    lastRecord = record
    // A failed read of the records leaves the known ones: the next change reads them again.
    void readRecords().then(
      () => workloads.refresh(),
      () => side.change({ recordsAsked: true }),
    )
  })
  const workloads = watchWorkloads(
    {
      cluster,
      namespace: destination.namespace,
      manifests: desired().manifests,
      commits: () => side.state().commits,
      lastSynced: () => lastSynced(side.state().records),
    },
    (seen) => side.change({ workloads: seen }),
  )
  return {
    retarget: async () => {
      observation.setDesired(desired())
      workloads.refresh(desired().manifests)
      await readRecords().catch(() => undefined)
    },
    recolour: () => workloads.refresh(),
    close: () => {
      observation.close()
      workloads.close()
    },
  }
}

export function lastSynced(records: readonly SyncRecord[]): Oid | undefined {
  return lastSyncedOf(records)
}
