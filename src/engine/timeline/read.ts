import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#contract'
import type { AppSpec, Oid, TimelineRow } from '#contract'
import type { AppRenderer } from '../app-render.ts'
import type { BranchCommit, Repo } from '../git/index.ts'
import { createBacklog } from './backlog.ts'
import { inputsOf, renderSide } from './effect.ts'
import { createLanes } from './lanes.ts'
import { firstPass, nextPass, readPass, rememberFolders, rowOf } from './pass.ts'
import type { Pass } from './pass.ts'
import { pathsOf, sameFolders } from './paths.ts'
import { createQueue } from './queue.ts'
import type { EffectStore, FolderStore } from './stores.ts'
import { tellCommit } from './tell.ts'

export type TimelineRequest = {
  readonly spec: AppSpec
  readonly tip: Oid
  readonly limit: number
  /** `tracked`: the first parents of the tip, unless told. */
  readonly branches?: 'tracked' | 'all' | undefined
  /** Only commits that touch one of these (see `pathsWithin`). */
  readonly paths?: readonly string[] | undefined
  /**
   * Places of the list that somebody looks at: they are told first, then outward from there, in any order. Without it rows are told from the
   * newest on, and what was told is never cut.
   */
  readonly inView?: (() => readonly number[]) | undefined
  readonly signal?: AbortSignal | undefined
}
export type TimelinePorts = {
  readonly repo: Repo
  readonly render: AppRenderer
  /** Effects that are known from before; without it all is rendered. */
  readonly effects?: EffectStore | undefined
  /** What apps were seen to read; without it the list begins with the app's own folder. */
  readonly folders?: FolderStore | undefined
}

/** A row without its marks: those come from the cluster and change at other times. */
export type UnmarkedRow = Omit<TimelineRow, 'marks'>

/**
 * `spec`: the app as it was at the row's commit. `cut`: rows from this index on are void, since the app reads more than was known, or its folder
 * moved; they come again.
 */
export type TimelineEvent = { readonly row: UnmarkedRow; readonly spec: AppSpec } | { readonly cut: number }

/** Rows rendered at once: reading files of one overlaps with rendering another. What waits behind them may still go out of view. */
const atOnce = 6
const screenful = 50
const patienceMs = 300

/**
 * Commits that touched what the app's render reads, newest first along the first parent, or of all branches. Each row comes twice: as soon as
 * Git finds it, as `pending`, then with what it changed in rendered terms. Work grows with the rows: neighbouring commits share one side, so
 * it is one render a row. `CANCELLED` when the signal cuts it short.
 */
export async function* readTimeline(
  ports: TimelinePorts,
  request: TimelineRequest,
): AsyncGenerator<TimelineEvent> {
  const ending = new AbortController()
  const signal =
    request.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, request.signal])
  const events = createQueue<TimelineEvent>()
  createReading(ports, { ...request, signal }, events.push)
    .run()
    .then(events.end, events.fail)
  try {
    yield* events.read()
  } finally {
    ending.abort()
  }
}

/** `keep`: puts what was told into the store. */
type Out = (event: TimelineEvent, keep?: () => void) => void

type Entry = BranchCommit & { readonly pass: Pass }

function createReading(
  ports: TimelinePorts,
  request: TimelineRequest & { readonly signal: AbortSignal },
  push: (event: TimelineEvent) => void,
): { readonly run: () => Promise<void> } {
  const backlog = createBacklog<Entry>(request.inView ?? (() => []))
  const give: Out = (event, keep) => {
    keep?.()
    push(event)
  }
  const out = request.inView === undefined ? inOrder(give) : give
  let log = { ending: new AbortController(), done: false }
  const rowAt = (one: BranchCommit, index: number, spec: AppSpec) =>
    rowOf(one, index, spec.path === request.spec.path ? undefined : spec.path)
  const begin = (pass: Pass) => {
    log.ending.abort()
    const current = { ending: new AbortController(), done: false }
    log = current
    const { signal: ended } = current.ending
    const signal = AbortSignal.any([request.signal, ended])
    const found = (one: BranchCommit) => {
      if (ended.aborted) return
      const index = backlog.size()
      const spec = pass.lineage[0] ?? request.spec
      backlog.add({ ...one, pass })
      push({ row: rowAt(one, index, spec), spec })
      lanes.wake()
    }
    readPass(ports.repo, { ...request, signal }, { pass, skip: backlog.size() }, found).then(
      () => {
        current.done = true
        lanes.wake()
      },
      (error: unknown) => (ended.aborted ? undefined : lanes.fail(error)),
    )
  }
  const again = (from: number, pass: Pass) => {
    backlog.cut(from)
    out({ cut: from })
    begin(pass)
  }
  const work = async ({ index, entry }: { readonly index: number; readonly entry: Entry }) => {
    const { commit, pass } = entry
    const told = await tellCommit(ports, request, pass, commit)
    // It was cut meanwhile, and comes again.
    if (!backlog.holds(index, entry)) return
    const next = nextPass(request, pass, { parent: commit.parents[0], told })
    if (next !== undefined) again(request.branches === 'all' ? 0 : index + 1, next)
    if (next === undefined || request.branches !== 'all')
      out({ row: { ...rowAt(entry, index, told.spec), ...told.told }, spec: told.spec }, told.keep)
  }
  const lanes = createLanes({ atOnce, take: backlog.take, work })
  // The list comes first: rendering has the cores when a screenful of rows is there, or Git takes its time.
  const screen = () =>
    Promise.race([
      lanes.until(() => backlog.size() >= screenful || log.done),
      wait(patienceMs, undefined, { ref: false }),
    ])
  const run = async () => {
    // Nobody looks any more: what waits is not begun, also where all is known and nothing would be rendered.
    const leave = () => lanes.fail(new AppError('CANCELLED', { message: 'The timeline was closed.' }))
    request.signal.addEventListener('abort', leave, { once: true })
    const first = await firstPass(ports, request)
    begin(first)
    if (first.isKnown) await screen()
    const atTip = inputsOf(await renderSide(ports, request, request.tip))
    const folders = pathsOf(request.spec, atTip, request.branches === 'all' ? first.folders : [])
    if (!sameFolders(folders, first.folders)) again(0, { ...first, folders })
    rememberFolders(ports, request, folders)
    await screen()
    await lanes.run(() => log.done)
  }
  return { run }
}

/** Rows that were told are given from the newest on; pending ones at once. */
function inOrder(give: Out): Out {
  const early = new Map<number, Parameters<Out>>()
  let next = 0
  return (event, keep) => {
    if ('cut' in event) {
      for (const index of early.keys()) if (index >= event.cut) early.delete(index)
      give(event)
      return
    }
    early.set(event.row.index, [event, keep])
    for (let ready = early.get(next); ready !== undefined; ready = early.get(next)) {
      early.delete(next)
      next += 1
      give(...ready)
    }
  }
}
