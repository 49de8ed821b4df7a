import type { TimelineItem } from './timeline-list.ts'

/** Commits picked on the timeline, to be undone together. */
export type Picked = ReadonlySet<string>

export type PickHow = { readonly toggle: boolean; readonly range: boolean }

/** In or out. The commit that is open joins the first other one: that is what a person sees as chosen. */
export function togglePicked(picked: Picked, oid: string, open?: string): Picked {
  const next = new Set(picked.size === 0 && open !== undefined && open !== oid ? [open] : picked)
  if (!next.delete(oid)) next.add(oid)
  return next
}

/** Everything in sight between two commits, both too. */
export function pickBetween(
  picked: Picked,
  items: readonly TimelineItem[],
  { from, to }: { readonly from: string; readonly to: string },
): Picked {
  const commits = items.flatMap((item) => (item.kind === 'commit' ? [item.row.commit.oid] : []))
  const ends = [commits.indexOf(from), commits.indexOf(to)].toSorted((a, b) => a - b)
  const [first = -1, last = -1] = ends
  return first === -1 ? togglePicked(picked, to) : new Set([...picked, ...commits.slice(first, last + 1)])
}
