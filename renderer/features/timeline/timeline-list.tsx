import { Button } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { PodSquare, Signature, TimelineRow } from '#contract'
import type { Picked, PickHow } from '../../stores/picked.ts'
import type { TimelineItem } from '../../stores/timeline-list.ts'
import type { Marks } from '../../ui/squares.tsx'
import styles from './timeline.module.css'
import { CommitRow, FoldRow } from './timeline-rows.tsx'

const heights = { commit: 50, fold: 28 } as const

type Props = {
  readonly items: readonly TimelineItem[]
  readonly marks: Marks
  readonly pods: readonly PodSquare[]
  readonly selected: string | undefined
  readonly picked: Picked
  readonly onSelect: (oid: string, how: PickHow) => void
  readonly onLight: (oid: string | undefined) => void
  readonly onFold: (id: string) => void
  readonly signatures: ReadonlyMap<string, Signature>
  /** Hears which commits of the timeline are in view. */
  readonly onView: (rows: readonly TimelineRow[]) => void
  /** Reads more of the past, when there may be some. */
  readonly older: (() => void) | undefined
}

/** The virtual list. The chosen commit is kept in sight. */
export function TimelineList({
  items,
  marks,
  pods,
  selected,
  picked,
  onSelect,
  onLight,
  onFold,
  onView,
  signatures,
  older,
}: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  // New functions in each frame would make the list measure all of its 10,000 rows in each frame (5 ms).
  const estimateSize = useCallback((index: number) => heights[items[index]?.kind ?? 'commit'], [items])
  const getItemKey = useCallback((index: number) => keyOf(items[index], index), [items])
  // Nothing here is memoised by a compiler.
  // oxlint-disable-next-line react/incompatible-library
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize,
    getItemKey,
    overscan: 10,
  })
  const at = useMemo(
    () => items.findIndex((item) => item.kind === 'commit' && item.row.commit.oid === selected),
    [items, selected],
  )
  useEffect(() => {
    if (at >= 0) list.scrollToIndex(at)
    // Scrolls when the selection moves, not when the list is measured anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [at])
  const seen = list.getVirtualItems().flatMap(({ index }) => {
    const item = items[index]
    return item?.kind === 'commit' ? [item.row] : []
  })
  useEffect(() => {
    onView(seen)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [seen.map(({ commit, effect }) => `${commit.oid} ${effect}`).join()])
  return (
    <div ref={scroll} className={styles.scroll} onPointerLeave={() => onLight(undefined)}>
      <ol className={styles.list} style={{ height: list.getTotalSize() }} aria-label="Commits, newest first">
        {list.getVirtualItems().map(({ index, start, key }) => {
          const item = items[index]
          if (item === undefined) return null
          return item.kind === 'fold' ? (
            <FoldRow key={key} item={item} top={start} onFold={onFold} />
          ) : (
            <CommitRow
              key={key}
              row={item.row}
              folded={item.folded}
              mark={marks.get(item.row.commit.oid)}
              signature={signatures.get(item.row.commit.oid)}
              running={pods.filter(({ commit }) => commit === item.row.commit.oid).length}
              selected={item.row.commit.oid === selected}
              picked={picked.has(item.row.commit.oid)}
              top={start}
              onSelect={onSelect}
              onLight={onLight}
            />
          )
        })}
      </ol>
      {older === undefined ? null : (
        <div className={styles.older}>
          <Button variant="default" onClick={older}>
            Show older commits
          </Button>
        </div>
      )}
    </div>
  )
}

function keyOf(item: TimelineItem | undefined, index: number): string | number {
  if (item === undefined) return index
  return item.kind === 'fold' ? `fold ${item.id}` : item.row.commit.oid
}
