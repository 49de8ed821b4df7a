import type { App, Audit, AuditEntry, AuditRequest, Oid, Problem, SyncRecord } from '#contract'
import { AppError } from '#contract'
import { orderEntries } from '#core'
import type { Repo } from '../git/index.ts'
import { readTimeline } from '../timeline/index.ts'
import type { TimelinePorts, UnmarkedRow } from '../timeline/index.ts'

export type AuditPorts = TimelinePorts & {
  /** The cluster's sync records with their context; `undefined` = the app has no destination. */
  readonly records: () => Promise<Synced | undefined>
}

type Synced = { readonly records: readonly SyncRecord[]; readonly context: string }

/** The asked range: its tip, and what lies in it where a lower end was given. */
type Range = { readonly tip: Oid; readonly within: ReadonlySet<Oid> | undefined }

const usualLimit = 500

/** Commits that changed the app and syncs that brought them, in one list. What cannot be read is a problem of the answer. `COMMIT_MISSING`. */
export async function readAudit(
  ports: AuditPorts,
  app: App,
  request: AuditRequest,
  signal?: AbortSignal,
): Promise<Audit> {
  const limit = request.limit ?? usualLimit
  const range = await rangeOf(ports.repo, app, request)
  const [rows, synced] = await Promise.all([
    commitRows(ports, app, { ...range, limit: limit + 1, signal }),
    syncEntries(ports, request, range),
  ])
  const kept = rows.slice(0, limit)
  const actions = await ports.repo.trailers({
    key: 'Wheelhouse-Action',
    oids: kept.map(({ commit }) => commit.oid),
  })
  const commits = kept.map((row): AuditEntry => {
    const [action] = actions.get(row.commit.oid) ?? []
    return {
      kind: 'commit',
      at: row.commit.committedAt,
      commit: row.commit,
      effect: row.effect === 'pending' ? 'unknown' : row.effect,
      changes: row.changes,
      ...(action === undefined ? {} : { action }),
    }
  })
  return {
    app: app.spec.name,
    entries: orderEntries([...commits, ...synced.entries], request),
    problems: synced.problems,
    more: rows.length > limit,
  }
}

async function rangeOf(repo: Repo, { spec }: App, { from, to }: AuditRequest): Promise<Range> {
  const tip = to === undefined ? (await repo.tracked(spec.branch)).tip : await repo.resolve(to)
  if (from === undefined) return { tip, within: undefined }
  const within = new Set<Oid>()
  for await (const { oid } of repo.log({ tip, except: await repo.resolve(from), firstParent: false }))
    within.add(oid)
  return { tip, within }
}

async function commitRows(
  ports: TimelinePorts,
  { spec }: App,
  {
    tip,
    within,
    limit,
    signal,
  }: Range & { readonly limit: number; readonly signal: AbortSignal | undefined },
): Promise<readonly UnmarkedRow[]> {
  const rows = new Map<Oid, UnmarkedRow>()
  for await (const event of readTimeline(ports, { spec, tip, limit, signal })) {
    if ('cut' in event) {
      for (const [oid, { index }] of rows) if (index >= event.cut) rows.delete(oid)
    } else if (within?.has(event.row.commit.oid) !== false) {
      rows.set(event.row.commit.oid, event.row)
    } else if (event.row.effect !== 'pending') {
      // Rows are rendered newest first: at the first one outside, everything asked for has been told.
      break
    }
  }
  return [...rows.values()].toSorted((a, b) => a.index - b.index)
}

async function syncEntries(
  ports: AuditPorts,
  { from, to }: AuditRequest,
  range: Range,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly problems: readonly Problem[] }> {
  try {
    const read = await ports.records()
    if (read === undefined) return { entries: [], problems: [] }
    const isInside = async ({ revision }: SyncRecord) => {
      if (from !== undefined) return range.within?.has(revision) === true
      // A record of a commit that this clone does not have is told as long as no end was asked for.
      return to === undefined || (await ports.repo.isAncestor(revision, range.tip).catch(() => false))
    }
    const inside = await Promise.all(read.records.map(isInside))
    const records = read.records.filter((_, index) => inside[index])
    return {
      problems: [],
      entries: records.map((record) => ({
        kind: 'sync',
        at: record.startedAt,
        context: read.context,
        record,
      })),
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
    const message = `The cluster's sync records could not be read: ${error.message}`
    return { entries: [], problems: [{ code: error.code, message }] }
  }
}
