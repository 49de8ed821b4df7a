import type { TimelineRow } from '#contract'
import type { Output } from '../output.ts'
import { table } from '../output.ts'
import type { Session } from '../session.ts'

/** `timeline APP`: commits that changed the app, newest first; with `--all` also those without rendered effect. */
export async function timeline(
  session: Session,
  out: Output,
  appName: string | undefined,
  flags: { readonly limit?: number; readonly all?: boolean },
): Promise<void> {
  const app = await session.app(appName)
  const rows = new Map<string, TimelineRow>()
  for await (const delta of session.client.stream('timeline.watch', {
    appId: app.id,
    limit: flags.limit ?? 50,
  })) {
    for (const row of delta.upserts) rows.set(row.commit.oid, row)
    if (delta.ready) break
  }
  const sorted = [...rows.values()].toSorted((a, b) => a.index - b.index)
  const shown =
    flags.all === true
      ? sorted
      : sorted.filter(({ effect, movedFrom }) => effect !== 'none' || movedFrom !== undefined)
  out.value(shown)
  out.line(table(shown.map((row) => cells(row, out))))
  const folded = sorted.length - shown.length
  if (folded > 0)
    out.line(
      out.paint(
        'dim',
        `${folded} ${folded === 1 ? 'commit' : 'commits'} without rendered effect (--all shows them)`,
      ),
    )
}

function cells(
  { commit, changes, marks, problem, at, movedFrom }: TimelineRow,
  out: Output,
): readonly string[] {
  const words = changes.map(({ key, kind, words: what }) =>
    kind === 'changed'
      ? `${key.name}: ${what.join(', ')}`
      : `${kind === 'added' ? '+' : '-'}${key.kind}/${key.name}`,
  )
  const place =
    movedFrom === undefined ? (at === undefined ? [] : [`lived at ${at}`]) : [`moved from ${movedFrom}`]
  const marked = marks.map(({ words: mark }) => out.paint('green', `[${mark}]`))
  return [
    commit.oid.slice(0, 7),
    commit.committedAt.slice(0, 10),
    commit.author.name,
    commit.subject,
    [...place, ...words, ...marked, ...(problem === undefined ? [] : [out.paint('red', problem)])].join('; '),
  ]
}
