import { memo } from 'react'
import { useStore } from 'zustand'
import type { AppRow } from '#contract'
import { Age } from '../../ui/age.tsx'
import { Sha } from '../../ui/sha.tsx'
import { noMarks, PodSquares } from '../../ui/squares.tsx'
import { HealthBadge, SyncBadge } from '../../ui/status.tsx'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import styles from './apps.module.css'

/** The cells of one app; drawn anew only when its row changed. */
export const AppCells = memo(function AppCells({
  row,
  href,
}: {
  readonly row: AppRow
  readonly href: string
}) {
  const marks = useStore(useStores().marks, ({ byApp }) => byApp.get(row.id) ?? noMarks)
  const { name, path, tool, cloneName, health, sync, ready, desired, pods, lastSync, problem, blame } = row
  const cause = problem?.message ?? health.cause?.message
  const changes = sync.changes === 0 ? '' : `${sync.changes} change${sync.changes === 1 ? '' : 's'}`
  return (
    <>
      <span role="cell" className="cut">
        <a href={href} className={styles.name} title={`${name}: ${cloneName} ${path} (${tool})`}>
          {name}
        </a>
      </span>
      <span role="cell" className="cut">
        <Destination row={row} />
      </span>
      <span role="cell" className="cut">
        <Git row={row} />
      </span>
      <span role="cell" className="cut" title={sync.message}>
        <SyncBadge status={sync.status} /> <span className="faint">{changes}</span>
      </span>
      <span role="cell" className="cut" title={cause}>
        <HealthBadge status={health.status} />
        {cause === undefined ? null : <span className="dim"> {cause}</span>}
        {blame === undefined ? null : <span className="faint"> since {blame.oid.slice(0, 7)}</span>}
      </span>
      <span role="cell" className={styles.replicas}>
        <span className={styles.count} data-short={ready < desired || undefined}>
          {ready}/{desired}
        </span>
        <PodSquares pods={pods} marks={marks} size="small" most={10} />
      </span>
      <span role="cell" className="cut dim" title={lastSync?.message}>
        {lastSync === undefined ? (
          'never'
        ) : (
          <>
            {lastSync.result} <Age at={lastSync.finishedAt ?? lastSync.startedAt} suffix=" ago" />
          </>
        )}
      </span>
    </>
  )
})

function Destination({ row: { destination } }: { readonly row: AppRow }) {
  const { contexts } = useWorkspace()
  if (destination === undefined) return <span className="faint">none: renders only</span>
  const context = contexts.find(({ name }) => name === destination.context)
  const words = `${destination.context} / ${destination.namespace}`
  return (
    <span className={styles.destination} title={words}>
      <span className={styles.swatch} style={{ background: context?.colour }} aria-hidden />
      <span className="cut">
        {destination.context}
        <span className="faint"> / </span>
        {destination.namespace}
      </span>
    </span>
  )
}

function Git({ row: { branch, tip } }: { readonly row: AppRow }) {
  if (tip === undefined) return <span className="faint">{branch}</span>
  return (
    <span title={`${branch} @ ${tip.oid}\n${tip.subject}\n${tip.author.name}`}>
      <span className="dim">{branch} @ </span>
      <Sha oid={tip.oid} /> {tip.subject}
      <span className="faint">
        {' '}
        {tip.author.name}, <Age at={tip.committedAt} />
      </span>
    </span>
  )
}
