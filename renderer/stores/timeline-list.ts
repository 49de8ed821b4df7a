import type { TimelineRow } from '#contract'

/** What the timeline's list shows: a commit, or a fold of neighbours that changed no rendered object. */
export type TimelineItem =
  | { readonly kind: 'commit'; readonly row: TimelineRow; readonly folded: boolean }
  | {
      readonly kind: 'fold'
      readonly id: string
      readonly rows: readonly TimelineRow[]
      readonly open: boolean
    }

export function orderTimeline(rows: Iterable<TimelineRow>): readonly TimelineRow[] {
  return [...rows].sort((a, b) => a.index - b.index)
}

/** Folds runs of commits without effect; a mark, a move of the app's folder or the selection keeps a commit in sight. `opened` holds the ids of open folds. */
export function foldTimeline(
  rows: readonly TimelineRow[],
  { opened, selected }: { readonly opened: ReadonlySet<string>; readonly selected?: string | undefined },
): readonly TimelineItem[] {
  const items: TimelineItem[] = []
  let run: TimelineRow[] = []
  const close = () => {
    const first = run[0]
    if (first === undefined) return
    const id = first.commit.oid
    const open = opened.has(id) || run.some(({ commit }) => commit.oid === selected)
    items.push({ kind: 'fold', id, rows: run, open })
    if (open) items.push(...run.map((row) => ({ kind: 'commit', row, folded: true }) as const))
    run = []
  }
  for (const row of rows) {
    if (row.effect === 'none' && row.marks.length === 0 && row.movedFrom === undefined) {
      run.push(row)
      continue
    }
    close()
    items.push({ kind: 'commit', row, folded: false })
  }
  close()
  return items
}

/** The commit `by` steps from the selected one among those in sight. */
export function stepSelection(
  items: readonly TimelineItem[],
  selected: string | undefined,
  by: 1 | -1,
): string | undefined {
  const commits = items.flatMap((item) => (item.kind === 'commit' ? [item.row.commit.oid] : []))
  const at = selected === undefined ? -1 : commits.indexOf(selected)
  if (at === -1) return by === 1 ? commits[0] : commits.at(-1)
  return commits[Math.min(commits.length - 1, Math.max(0, at + by))]
}

/** Commits rendered so far, for the line that says how far it is. */
export function renderedCount(rows: readonly TimelineRow[]): number {
  return rows.filter(({ effect }) => effect !== 'pending').length
}

/** What a key or a link selects: the commit of the `last-good` mark, wherever it is by now. */
export const lastGood = 'last-good'

/** The commit that a selection means; undefined = none yet. */
export function selectedCommit(rows: readonly TimelineRow[], select: string | undefined): string | undefined {
  if (select !== lastGood) return select
  return rows.find(({ marks }) => marks.some(({ kind }) => kind === lastGood))?.commit.oid
}
