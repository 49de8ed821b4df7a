import type { AppRow } from '#contract'

/** What narrows the table. Facets of one kind are alternatives, kinds add up. */
export type AppFilter = {
  readonly text: string
  readonly attention: boolean
  readonly health: ReadonlySet<string>
  readonly sync: ReadonlySet<string>
  readonly context: ReadonlySet<string>
}
export const noFilter: AppFilter = {
  text: '',
  attention: false,
  health: new Set(),
  sync: new Set(),
  context: new Set(),
}

export type FacetKind = 'health' | 'sync' | 'context'
export type Facet = { readonly kind: FacetKind; readonly value: string; readonly count: number }

const weight: Readonly<Record<AppRow['health']['status'], number>> = {
  Degraded: 0,
  Missing: 1,
  Unknown: 2,
  Progressing: 3,
  Suspended: 4,
  Healthy: 5,
}

/** Something to look at: not healthy, not equal to Git, or not readable. */
export function needsAttention(row: AppRow): boolean {
  if (row.problem !== undefined) return true
  if (row.health.status === 'Degraded' || row.health.status === 'Missing') return true
  return row.sync.status === 'out-of-sync'
}

/** Attention first, then the worse health, then by name: stable, so that rows do not jump. */
export function orderApps(rows: Iterable<AppRow>): readonly AppRow[] {
  return [...rows].sort(
    (a, b) =>
      Number(needsAttention(b)) - Number(needsAttention(a)) ||
      weight[a.health.status] - weight[b.health.status] ||
      a.name.localeCompare(b.name, 'en', { numeric: true }),
  )
}

export function filterApps(rows: readonly AppRow[], filter: AppFilter): readonly AppRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(
    (row) =>
      (!filter.attention || needsAttention(row)) &&
      hit(filter.health, row.health.status) &&
      hit(filter.sync, row.sync.status) &&
      hit(filter.context, contextOf(row)) &&
      words.every((word) => searched(row).includes(word)),
  )
}

/** Facets with the number of rows each would leave, given the other kinds and the text. */
export function facetsOf(rows: readonly AppRow[], filter: AppFilter): readonly Facet[] {
  const kinds: readonly FacetKind[] = ['health', 'sync', 'context']
  return kinds.flatMap((kind) => {
    const counts = new Map<string, number>()
    for (const row of filterApps(rows, { ...filter, [kind]: new Set() })) {
      const value = facetValue(row, kind)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    for (const chosen of filter[kind]) if (!counts.has(chosen)) counts.set(chosen, 0)
    return [...counts]
      .map(([value, count]) => ({ kind, value, count }))
      .sort((a, b) => a.value.localeCompare(b.value))
  })
}

export function toggleFacet(filter: AppFilter, kind: FacetKind, value: string): AppFilter {
  const next = new Set(filter[kind])
  if (!next.delete(value)) next.add(value)
  return { ...filter, [kind]: next }
}

export function isFiltering(filter: AppFilter): boolean {
  return (
    filter.text.trim() !== '' ||
    filter.attention ||
    filter.health.size + filter.sync.size + filter.context.size > 0
  )
}

function facetValue(row: AppRow, kind: FacetKind): string {
  if (kind === 'health') return row.health.status
  return kind === 'sync' ? row.sync.status : contextOf(row)
}
function contextOf(row: AppRow): string {
  return row.destination?.context ?? 'no destination'
}
function hit(chosen: ReadonlySet<string>, value: string): boolean {
  return chosen.size === 0 || chosen.has(value)
}
function searched({ name, path, cloneName, branch, destination, tip }: AppRow): string {
  return [name, path, cloneName, branch, destination?.context, destination?.namespace, tip?.subject, tip?.oid]
    .join(' ')
    .toLowerCase()
}
