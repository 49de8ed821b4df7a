import { Button, Switch, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { AppRow } from '#contract'
import { Age } from '../../ui/age.tsx'
import { FailureView } from '../../ui/failure-view.tsx'
import { Sha } from '../../ui/sha.tsx'
import { HealthBadge, SyncBadge } from '../../ui/status.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useApp, useStores } from '../../ui/use-stores.ts'
import styles from './app.module.css'

/** Four answers without a click: healthy, equal to Git, last sync, cruise control. */
export function AppHeader({ row }: { readonly row: AppRow }) {
  const { link, route } = useStores()
  const refresh = useAction(() => link.client.call('apps.refresh', { appId: row.id }))
  return (
    <header className={styles.header}>
      <div className={styles.titleRow}>
        <h1 className="cut" title={row.name}>
          {row.name}
        </h1>
        <span className="dim cut" title={`${row.cloneName}: ${row.path}`}>
          {row.tool} in {row.cloneName} / {row.path} on {row.branch}
        </span>
        <Button
          variant="default"
          loading={refresh.state === 'running'}
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={refresh.run}
        >
          Compare now
        </Button>
      </div>
      <dl className={styles.answers}>
        <Answer title="Healthy?">
          <HealthBadge status={row.health.status} />
          <Cause
            row={row}
            onBlame={(select) => route.go({ page: 'app', appId: row.id, tab: 'timeline', select })}
          />
        </Answer>
        <Answer title="Equal to Git?">
          <SyncBadge status={row.sync.status} />
          <span className="cut dim" title={row.sync.message}>
            {row.sync.revision === undefined ? null : <Sha oid={row.sync.revision} />} {row.sync.message}
          </span>
        </Answer>
        <Answer title="Last sync">
          <LastSync row={row} />
        </Answer>
        <Answer title="Cruise control">
          <CruiseSwitch row={row} />
        </Answer>
      </dl>
      {row.problem === undefined ? null : (
        <FailureView failure={{ ...row.problem, retryable: true }} onRetry={refresh.run} appId={row.id} />
      )}
      {refresh.failure === undefined ? null : <FailureView failure={refresh.failure} onRetry={refresh.run} />}
    </header>
  )
}

function Answer({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.answer}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Cause({ row, onBlame }: { readonly row: AppRow; readonly onBlame: (oid: string) => void }) {
  const { health, blame } = row
  if (health.cause === undefined) return null
  return (
    <span className={styles.cause}>
      <span className="cut" title={health.cause.message}>
        {health.cause.message}
      </span>
      {blame === undefined ? null : (
        <button
          type="button"
          className={styles.blame}
          title={blame.subject}
          onClick={() => onBlame(blame.oid)}
        >
          because of {blame.oid.slice(0, 7)} {blame.subject}
        </button>
      )}
    </span>
  )
}

function LastSync({ row: { lastSync } }: { readonly row: AppRow }) {
  if (lastSync === undefined) return <span className="dim">never synced from here</span>
  const tone = { succeeded: 'ok', failed: 'bad', cancelled: 'warn', running: 'info' }[lastSync.result]
  return (
    <>
      <strong data-tone={tone}>{lastSync.result}</strong>
      <span className="cut dim" title={lastSync.message ?? lastSync.who}>
        <Sha oid={lastSync.revision} /> by {lastSync.who},{' '}
        <Age at={lastSync.finishedAt ?? lastSync.startedAt} suffix=" ago" />
      </span>
    </>
  )
}

function CruiseSwitch({ row }: { readonly row: AppRow }) {
  const { link } = useStores()
  const app = useApp(row.id)
  const action = useAction(async (on: boolean) => {
    if (app === undefined) return
    await link.client.call('apps.update', {
      appId: app.id,
      spec: { ...app.spec, cruise: on ? 'report' : 'off' },
    })
  })
  return (
    <Tooltip
      label={
        action.failure?.message ?? 'Compares on every new commit and drift, and says so. It changes nothing.'
      }
    >
      <Switch
        label={row.cruise === 'off' ? 'off' : 'reports'}
        aria-label="Cruise control"
        checked={row.cruise !== 'off'}
        onChange={(event) => action.run(event.currentTarget.checked)}
      />
    </Tooltip>
  )
}
