import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import type { AppRow } from '#contract'
import { toHash } from '../../stores/route.ts'
import { useKeys, useLetterKeys } from '../../ui/use-keys.ts'
import { useStores } from '../../ui/use-stores.ts'
import { AppCells } from './app-cells.tsx'
import styles from './apps.module.css'

const columns = ['Name', 'Destination', 'Git', 'Sync', 'Health', 'Replicas', 'Last sync'] as const
const rowHeight = 32

/** The virtual table: only rows in sight exist. */
export function AppsTable({ rows }: { readonly rows: readonly AppRow[] }) {
  const { route } = useStores()
  const scroll = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<string>()
  // Nothing here is memoised by a compiler.
  // oxlint-disable-next-line react/incompatible-library
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  })
  const step = (by: 1 | -1) => {
    const at = rows.findIndex(({ id }) => id === current)
    const next = at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))
    setCurrent(rows[next]?.id)
    list.scrollToIndex(next)
  }
  const open = (appId: string) => route.go({ page: 'app', appId, tab: 'replicas' })
  useLetterKeys({ j: () => step(1), k: () => step(-1) })
  useKeys({
    Enter: (event) => {
      if (current !== undefined && event.target === document.body) open(current)
    },
    Escape: () => setCurrent(undefined),
  })
  return (
    <div className={styles.table} role="table" aria-label="Apps" aria-rowcount={rows.length + 1}>
      <div className={styles.header} role="row" aria-rowindex={1}>
        {columns.map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div ref={scroll} className={styles.scroll} role="rowgroup">
        <div style={{ height: list.getTotalSize(), position: 'relative' }} role="presentation">
          {list.getVirtualItems().map(({ index, start, key }) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <div
                key={key}
                role="row"
                aria-rowindex={index + 2}
                className={styles.row}
                data-current={row.id === current || undefined}
                style={{ transform: `translateY(${start}px)` }}
                onClick={(event) => {
                  if (!(event.target instanceof HTMLAnchorElement)) open(row.id)
                }}
              >
                <AppCells row={row} href={toHash({ page: 'app', appId: row.id, tab: 'replicas' })} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
