import { setTimeout as wait } from 'node:timers/promises'
import type { AppSpec, Commit, Oid, TimelineRow } from '#contract'
import type { AppRenderer } from '../app-render.ts'
import type { Repo } from '../git/index.ts'
import type { EffectStore } from './effect-store.ts'
import { inputsOf, renderSide } from './effect.ts'
import { pathsOf, sameFolders } from './paths.ts'
import { createTeller } from './tell.ts'
import { createQueue } from './queue.ts'
import type { Queue } from './queue.ts'

export type TimelineRequest = {
  readonly spec: AppSpec
  readonly tip: Oid
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}
export type TimelinePorts = {
  readonly repo: Repo
  readonly render: AppRenderer
  /** Effects that are known from before; without it all is rendered. */
  readonly effects?: EffectStore | undefined
}

/** A row without its marks: those come from the cluster and change at other times. */
export type UnmarkedRow = Omit<TimelineRow, 'marks'>

/** `cut`: rows from this index on are void, since the app reads more than was known; they come again. */
export type TimelineEvent = { readonly row: UnmarkedRow } | { readonly cut: number }

/** Rows rendered ahead of the one that is told next: reading files of one overlaps with rendering another. */
const ahead = 6
const screenful = 50
const patienceMs = 300

/**
 * Commits that touched what the app's render reads, newest first along the first parent. Each row comes twice: as soon as Git finds it, as
 * `pending`, then in order with what it changed in rendered terms. Work grows with the rows: neighbouring commits share one side, so it is
 * one render a row. `CANCELLED` when the signal cuts it short.
 */
export async function* readTimeline(
  ports: TimelinePorts,
  request: TimelineRequest,
): AsyncGenerator<TimelineEvent> {
  const ending = new AbortController()
  const signal = anyOf(ending.signal, request.signal)
  const events = createQueue<TimelineEvent>()
  readAll(ports, { ...request, signal }, events).then(events.end, events.fail)
  try {
    yield* events.read()
  } finally {
    ending.abort()
  }
}

/** One run of the log with the folders known so far, from a commit on; `spec` is the app as it was there. */
type Pass = {
  readonly from: Oid
  readonly index: number
  readonly spec: AppSpec
  readonly known: readonly string[]
}

async function readAll(
  ports: TimelinePorts,
  request: TimelineRequest & { readonly signal: AbortSignal },
  events: Queue<TimelineEvent>,
): Promise<void> {
  const { spec } = request
  let pass: Pass | undefined = { from: request.tip, index: 0, spec, known: pathsOf(spec, []) }
  while (pass !== undefined && pass.index < request.limit) {
    const ending = new AbortController()
    const signal = anyOf(request.signal, ending.signal)
    const found = createQueue<Commit>()
    const at = whereIn(request, pass)
    const reading = readLog(ports.repo, { ...request, signal }, pass, (commit, index) => {
      events.push({ row: { commit, effect: 'pending', changes: [], index, ...at } })
      found.push(commit)
    }).then(found.end, (error: unknown) => (ending.signal.aborted ? found.end() : found.fail(error)))
    const wider: Pass | undefined = await renderRows(ports, request, pass, { found, events })
    ending.abort()
    await reading
    if (wider !== undefined) events.push({ cut: wider.index })
    pass = wider
  }
}

async function readLog(
  repo: Repo,
  { limit, signal }: TimelineRequest,
  pass: Pass,
  onCommit: (commit: Commit, index: number) => void,
): Promise<void> {
  let { index } = pass
  const log = repo.log({
    tip: pass.from,
    firstParent: true,
    paths: pass.known,
    limit: limit - index,
    signal,
  })
  for await (const commit of log) onCommit(commit, index++)
}

/**
 * Tells what each found commit changed. Ends early with the next pass when a render read a folder that the log was not asked for: a base of
 * the tip, or of an older state that was folded in since.
 */
async function renderRows(
  ports: TimelinePorts,
  request: TimelineRequest,
  pass: Pass,
  { found, events }: { readonly found: Queue<Commit>; readonly events: Queue<TimelineEvent> },
): Promise<Pass | undefined> {
  const then = { ...request, spec: pass.spec }
  const first = pathsOf(pass.spec, inputsOf(await renderSide(ports, then, pass.from)), pass.known)
  if (!sameFolders(first, pass.known)) return { ...pass, known: first }
  // The list comes first: rendering has the cores when a screenful of rows is there, or Git takes its time.
  await Promise.race([found.reached(screenful), wait(patienceMs, undefined, { ref: false })])
  const tell = createTeller(ports, then, pass.known)
  let { index } = pass
  for await (const commit of found.read()) {
    for (const next of found.ahead(ahead)) tell(next).catch(() => undefined)
    const { told, wider, earlier = pass.spec } = await tell(commit)
    events.push({ row: { commit, index, ...told, ...whereIn(request, pass) } })
    index += 1
    const parent = commit.parents[0]
    if (parent !== undefined && (earlier !== pass.spec || !sameFolders(wider, pass.known)))
      return { from: parent, index, spec: earlier, known: wider }
  }
  return undefined
}

/** A row tells its folder only where it is not today's. */
function whereIn({ spec }: TimelineRequest, pass: Pass): { readonly at?: string } {
  return pass.spec.path === spec.path ? {} : { at: pass.spec.path }
}

function anyOf(a: AbortSignal, b: AbortSignal | undefined): AbortSignal {
  return b === undefined ? a : AbortSignal.any([a, b])
}
