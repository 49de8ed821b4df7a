import { meets } from '#contract'
import type { Input, TimelineRow } from '#contract'
import type { Output } from '../output.ts'
import { table } from '../output.ts'
import type { Session } from '../session.ts'
import { conditionsOf } from './timeline-flags.ts'
import type { TimelineFlags } from './timeline-flags.ts'

/** `timeline APP`: commits that changed the app, newest first; with `--all` also those without rendered effect. */
export async function timeline(
  session: Session,
  out: Output,
  appName: string | undefined,
  flags: TimelineFlags,
): Promise<void> {
  const app = await session.app(appName)
  const conditions = conditionsOf(flags)
  const rows = await readRows(session, {
    appId: app.id,
    limit: flags.limit ?? (conditions.length === 0 ? 50 : 500),
    branches: flags.allBranches === true ? 'all' : 'tracked',
    paths: flags.file ?? [],
    until: flags.check === true ? 'reasons' : 'rows',
  })
  const matching = rows.filter((row) => conditions.every((condition) => meets(row, condition)))
  const shown = flags.all === true ? matching : matching.filter(tells)
  out.value(shown)
  out.line(table(shown.map((row) => cells(row, out))))
  const notes = [
    ...(conditions.length === 0 ? [] : [`${matching.length} of ${counted(rows.length)} that were looked at`]),
    ...(matching.length === shown.length
      ? []
      : [`${counted(matching.length - shown.length)} without rendered effect (--all shows them)`]),
  ]
  for (const note of notes) out.line(out.paint('dim', note))
}

async function readRows(session: Session, request: Input<'timeline.watch'>): Promise<readonly TimelineRow[]> {
  const rows = new Map<string, TimelineRow>()
  for await (const delta of session.client.stream('timeline.watch', request)) {
    for (const row of delta.upserts) rows.set(row.commit.oid, row)
    for (const oid of delta.deletes) rows.delete(oid)
    if (delta.ready) break
  }
  return [...rows.values()].toSorted((a, b) => a.index - b.index)
}

function tells({ effect, movedFrom }: TimelineRow): boolean {
  return effect !== 'none' || movedFrom !== undefined
}

function counted(commits: number): string {
  return `${commits} ${commits === 1 ? 'commit' : 'commits'}`
}

function cells(row: TimelineRow, out: Output): readonly string[] {
  const { commit, changes, marks, problem, aside } = row
  const words = changes.map(({ key, kind, words: what }) =>
    kind === 'changed'
      ? `${key.name}: ${what.join(', ')}`
      : `${kind === 'added' ? '+' : '-'}${key.kind}/${key.name}`,
  )
  const branch = aside?.branch === undefined ? [] : [out.paint('yellow', `[only on ${aside.branch}]`)]
  const marked = marks.map(({ level, words: mark }) => out.paint(tones[level ?? 'note'], `[${mark}]`))
  const broken = problem === undefined ? [] : [out.paint('red', problem)]
  return [
    commit.oid.slice(0, 7),
    commit.committedAt.slice(0, 10),
    commit.author.name,
    commit.subject,
    [...placeOf(row), ...branch, ...words, ...marked, ...broken].join('; '),
  ]
}

const tones = { danger: 'red', caution: 'yellow', unknown: 'dim', note: 'green' } as const

function placeOf({ at, movedFrom }: TimelineRow): readonly string[] {
  if (movedFrom !== undefined) return [`moved from ${movedFrom}`]
  return at === undefined ? [] : [`lived at ${at}`]
}
