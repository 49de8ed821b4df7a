import { useMemo } from 'react'
import type { AppRow, SyncState } from '#contract'
import { needsAttention, toggleFacet } from '../../stores/app-list.ts'
import type { AppFilter, Facet, FacetKind } from '../../stores/app-list.ts'
import { syncWords } from '../../ui/status.tsx'
import styles from './apps.module.css'

const kinds: readonly FacetKind[] = ['health', 'sync', 'context']
const titles: Readonly<Record<FacetKind, string>> = { health: 'Health', sync: 'Sync', context: 'Cluster' }

/** What narrows the table, each with the number of rows it would leave. */
export function Facets({
  facets,
  filter,
  onChange,
  rows,
}: {
  readonly facets: readonly Facet[]
  readonly filter: AppFilter
  readonly onChange: (filter: AppFilter) => void
  readonly rows: readonly AppRow[]
}) {
  const attention = useMemo(() => rows.filter(needsAttention).length, [rows])
  return (
    <div className={styles.facets}>
      <button
        type="button"
        className={styles.facet}
        data-strong
        aria-pressed={filter.attention}
        onClick={() => onChange({ ...filter, attention: !filter.attention })}
      >
        Needs attention <b>{attention}</b>
      </button>
      {kinds.map((kind) => (
        <div key={kind} role="group" aria-label={titles[kind]} className={styles.group}>
          <span className="faint">{titles[kind]}</span>
          {facets
            .filter((facet) => facet.kind === kind)
            .map(({ value, count }) => (
              <button
                key={value}
                type="button"
                className={styles.facet}
                aria-pressed={filter[kind].has(value)}
                onClick={() => onChange(toggleFacet(filter, kind, value))}
              >
                {kind === 'sync' ? syncWords(value as SyncState['status']) : value} <b>{count}</b>
              </button>
            ))}
        </div>
      ))}
    </div>
  )
}
