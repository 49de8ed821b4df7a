import { AppError } from '#contract'
import type { Delta, Input, Oid, TimelineRow } from '#contract'
import { withMarks } from '#core'
import type { TimelinePorts, UnmarkedRow } from '../timeline/index.ts'
import { readTimeline } from '../timeline/index.ts'
import type { LiveApp } from '../apps/live-app.ts'
import { lastSynced } from '../apps/live-app.ts'
import { streamDeltas } from './streams.ts'

const defaultLimit = 500

/** One open timeline: rows as they are found and rendered, marked by what the cluster's records say; begins anew when the branch moves. */
export async function* watchTimeline(
  ports: TimelinePorts & { readonly live: LiveApp; readonly now: () => string },
  request: Omit<Input<'timeline.watch'>, 'appId'> & {
    readonly signal: AbortSignal
    readonly inView: () => readonly number[]
  },
): AsyncGenerator<Delta<TimelineRow>> {
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  let rows = new Map<string, UnmarkedRow>()
  let reading: AbortController | undefined
  let tip = ''
  let done = false
  const failure: { error?: Error } = {}
  const read = async (from: string, ending: AbortController) => {
    const found = new Map<string, UnmarkedRow>()
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
      found.set(event.row.commit.oid, event.row)
      // The old rows stay on screen until the new reading has begun.
      rows = found
      tell()
    }
    rows = found
    done = true
    tell()
  }
  const follow = () => {
    const { tip: newest, problem } = ports.live.state()
    const next = newest?.oid
    // Without a tip there is nothing to wait for.
    if (next === undefined && problem !== undefined)
      failure.error = new AppError(problem.code, { message: problem.message, retryable: true })
    if (next !== undefined && next !== tip) {
      tip = next
      reading?.abort()
      reading = new AbortController()
      const current = reading
      done = false
      read(next, current).catch((error: unknown) => {
        if (!current.signal.aborted) failure.error = error instanceof Error ? error : new Error(String(error))
        tell()
      })
    }
    tell()
  }
  const stop = ports.live.onChange(follow)
  follow()
  try {
    yield* streamDeltas({
      read: () => {
        if (failure.error !== undefined) throw failure.error
        return mark([...rows.values()], ports)
      },
      idOf: (row) => row.commit.oid,
      isReady: () => done,
      onChange: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      signal: request.signal,
    })
  } finally {
    stop()
    reading?.abort()
  }
}

function mark(
  rows: readonly UnmarkedRow[],
  ports: { readonly live: LiveApp; readonly now: () => string },
): readonly TimelineRow[] {
  const { committedAt, records, tip } = ports.live.state()
  const byAge = rows.toSorted((a, b) => a.index - b.index)
  // What was never the tracked branch's newest state was not deployed from it.
  const line = byAge.filter(({ aside }) => aside === undefined)
  const live = lastSynced(records)
  return withMarks(
    byAge.map((row) => ({ ...row, marks: [] })),
    {
      records,
      ...(live === undefined ? {} : { live }),
      ...(tip === undefined ? {} : { tip: { oid: tip.oid, branch: ports.live.app.spec.branch } }),
      // Minutes are enough for "6 d": a changing clock must not make every row new.
      now: ports.now().slice(0, 16) + ':00.000Z',
      rowOf: (revision) => rowOf(revision, line, committedAt),
    },
  )
}

/** A revision that touched nothing of the app stands for the newest row before it on the same line of first parents. */
function rowOf(
  revision: Oid,
  rows: readonly UnmarkedRow[],
  committedAt: ReadonlyMap<Oid, string>,
): Oid | undefined {
  const exact = rows.find(({ commit }) => commit.oid === revision)
  if (exact !== undefined) return exact.commit.oid
  const at = committedAt.get(revision)
  if (at === undefined) return undefined
  return rows.find(({ commit }) => Date.parse(commit.committedAt) <= Date.parse(at))?.commit.oid
}
