import { AppError } from '#contract'
import type { Delta, Input, Oid, TimelineRow } from '#contract'
import { withMarks } from '#core'
import type { TimelinePorts } from '../timeline/index.ts'
import { readTimeline } from '../timeline/index.ts'
import type { LiveApp } from '../apps/live-app.ts'
import { lastSynced } from '../apps/live-app.ts'
import { examineCandidates } from './candidates.ts'
import type { CandidatePorts, Candidates } from './candidates.ts'
import type { Candidate } from './row-questions.ts'
import { streamDeltas } from './streams.ts'

const defaultLimit = 500

type Ports = TimelinePorts & CandidatePorts
type Request = Omit<Input<'timeline.watch'>, 'appId'> & {
  readonly signal: AbortSignal
  readonly inView: () => readonly number[]
  /** Hears when other rows are in view. */
  readonly onView: (listener: () => void) => () => void
}

/**
 * One open timeline: rows as they are found and rendered, marked by what the cluster's records say and, where they are in view, by what speaks
 * against going back there; begins anew when the branch moves.
 */
export async function* watchTimeline(ports: Ports, request: Request): AsyncGenerator<Delta<TimelineRow>> {
  const { live } = ports
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const failure: { error?: Error } = {}
  const fail = (error: unknown) => {
    failure.error = error instanceof Error ? error : new Error(String(error))
    tell()
  }
  const reading = followRows(ports, request, {
    onRows: () => {
      candidates.look()
      tell()
    },
    onError: fail,
  })
  const candidates = examineCandidates(ports, {
    wanted: () => wantedRows(request, reading),
    onChange: tell,
    onError: fail,
  })
  const follow = () => {
    reading.follow()
    candidates.look()
    tell()
  }
  const stops = [live.onChange(follow), request.onView(candidates.look)]
  follow()
  try {
    yield* streamDeltas({
      read: () => {
        if (failure.error !== undefined) throw failure.error
        return mark([...reading.rows().values()], ports, candidates)
      },
      idOf: (row) => row.commit.oid,
      isReady: () => isReady(request, { live, reading, candidates }),
      onChange: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      signal: request.signal,
    })
  } finally {
    for (const stop of stops) stop()
    reading.close()
    candidates.close()
  }
}

type Reading = {
  readonly rows: () => ReadonlyMap<Oid, Candidate>
  readonly isDone: () => boolean
  /** The branch may have moved. */
  readonly follow: () => void
  readonly close: () => void
}

/** Reads the timeline of the branch's tip, and again when it moved. */
function followRows(
  ports: Ports,
  request: Request,
  on: { readonly onRows: () => void; readonly onError: (error: unknown) => void },
): Reading {
  let rows = new Map<Oid, Candidate>()
  let reading: AbortController | undefined
  let tip = ''
  let done = false
  const read = async (from: string, ending: AbortController) => {
    const found = new Map<Oid, Candidate>()
    const { spec } = ports.live.app
    for await (const event of readTimeline(ports, {
      spec,
      branches: request.branches ?? 'tracked',
      paths: request.paths,
      inView: request.inView,
      tip: from,
      limit: request.limit ?? defaultLimit,
      signal: ending.signal,
    })) {
      if (ending.signal.aborted) return
      if ('cut' in event) {
        for (const [oid, { index }] of found) if (index >= event.cut) found.delete(oid)
        continue
      }
      found.set(event.row.commit.oid, { ...event.row, spec: event.spec })
      // The old rows stay on screen until the new reading has begun.
      rows = found
      on.onRows()
    }
    rows = found
    done = true
    on.onRows()
  }
  return {
    rows: () => rows,
    isDone: () => done,
    follow: () => {
      const { tip: newest, problem } = ports.live.state()
      const next = newest?.oid
      // Without a tip there is nothing to wait for.
      if (next === undefined && problem !== undefined)
        on.onError(new AppError(problem.code, { message: problem.message, retryable: true }))
      if (next === undefined || next === tip) return
      tip = next
      reading?.abort()
      reading = new AbortController()
      const current = reading
      done = false
      read(next, current).catch((error: unknown) => (current.signal.aborted ? undefined : on.onError(error)))
    },
    close: () => reading?.abort(),
  }
}

/** Those in view, once all of them are told: rendering comes first. Or all of them, where the answer waits for it. */
function wantedRows({ until, inView }: Request, reading: Reading): readonly Candidate[] {
  const all = [...reading.rows().values()]
  if (until === 'reasons') return reading.isDone() ? all : []
  const places = new Set(inView())
  const seen = places.size === 0 ? [] : all.filter(({ index }) => places.has(index))
  return seen.some(({ effect }) => effect === 'pending') ? [] : seen.toSorted((a, b) => a.index - b.index)
}

function isReady(
  { until = 'rows' }: Request,
  parts: { readonly live: LiveApp; readonly reading: Reading; readonly candidates: Candidates },
): boolean {
  if (!parts.reading.isDone()) return false
  if (until === 'rows') return true
  const { observed, recordsAsked, workloads, problem } = parts.live.state()
  const hasCluster = parts.live.app.spec.destination !== undefined
  const isSeen = observed !== undefined && recordsAsked
  const isHeard = !hasCluster || isSeen || workloads?.failure !== undefined || problem !== undefined
  return isHeard && (until === 'records' || parts.candidates.isSettled())
}

function mark(
  rows: readonly Candidate[],
  ports: Pick<Ports, 'live' | 'now'>,
  candidates: Candidates,
): readonly TimelineRow[] {
  const { committedAt, records, tip } = ports.live.state()
  const byAge = rows.toSorted((a, b) => a.index - b.index)
  // What was never the tracked branch's newest state was not deployed from it.
  const line = byAge.filter(({ aside }) => aside === undefined)
  const live = lastSynced(records)
  const { branch, destination } = ports.live.app.spec
  return withMarks(
    byAge.map(({ spec: _spec, ...row }) => ({ ...row, marks: [] })),
    {
      records,
      ...(live === undefined ? {} : { live }),
      ...(tip === undefined ? {} : { tip: { oid: tip.oid, branch } }),
      ...(destination === undefined ? {} : { cluster: destination.context }),
      // Minutes are enough for "6 d": a changing clock must not make every row new.
      now: ports.now().slice(0, 16) + ':00.000Z',
      rowOf: (revision) => rowOf(revision, line, committedAt),
    },
    candidates.of,
  )
}

/** A revision that touched nothing of the app stands for the newest row before it on the same line of first parents. */
function rowOf(
  revision: Oid,
  rows: readonly Candidate[],
  committedAt: ReadonlyMap<Oid, string>,
): Oid | undefined {
  const exact = rows.find(({ commit }) => commit.oid === revision)
  if (exact !== undefined) return exact.commit.oid
  const at = committedAt.get(revision)
  if (at === undefined) return undefined
  return rows.find(({ commit }) => Date.parse(commit.committedAt) <= Date.parse(at))?.commit.oid
}
