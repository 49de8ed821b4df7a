import { IconBan, IconCheck, IconLoader2, IconX } from '@tabler/icons-react'
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
  const { name, path, tool, cloneName, health, sync, ready, desired, pods, problem, blame } = row
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
      <span role="cell" className={styles.line} title={`${sync.message} ${changes}`.trim()}>
        <SyncBadge status={sync.status} />
        {sync.changes === 0 ? null : <span className="faint">{sync.changes}</span>}
      </span>
      <span role="cell" className={styles.line} title={because(cause, blame)}>
        <HealthBadge status={health.status} />
        <span className="cut dim">{cause}</span>
      </span>
      <span role="cell" className={styles.replicas}>
        <span className={styles.count} data-short={ready < desired || undefined}>
          {ready}/{desired}
        </span>
        <PodSquares pods={pods} marks={marks} size="small" most={10} />
      </span>
      <span role="cell" className="cut dim">
        <LastSync row={row} />
      </span>
    </>
  )
})

function because(cause: string | undefined, blame: AppRow['blame']): string | undefined {
  if (blame === undefined) return cause
  return `${cause ?? ''}\nbecause of ${blame.oid.slice(0, 7)} ${blame.subject}`.trim()
}

const results = {
  succeeded: { tone: 'ok', Icon: IconCheck },
  failed: { tone: 'bad', Icon: IconX },
  cancelled: { tone: 'warn', Icon: IconBan },
  running: { tone: 'info', Icon: IconLoader2 },
} as const

function LastSync({ row: { lastSync } }: { readonly row: AppRow }) {
  if (lastSync === undefined) return <span className="faint">never</span>
  const { result, who, message, revision, finishedAt, startedAt } = lastSync
  const { tone, Icon } = results[result]
  return (
    <span className={styles.line} title={`${result}, ${revision.slice(0, 7)} by ${who}. ${message ?? ''}`}>
      <span data-tone={tone} className={styles.icon}>
        <Icon size={14} role="img" aria-label={result} />
      </span>
      <Age at={finishedAt ?? startedAt} suffix=" ago" />
    </span>
  )
}

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
