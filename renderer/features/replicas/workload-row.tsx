import { IconLock } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Workload } from '#contract'
import { keyText } from '../../stores/key-text.ts'
import { noMarks, PodSquares } from '../../ui/squares.tsx'
import { HealthBadge } from '../../ui/status.tsx'
import { useStores } from '../../ui/use-stores.ts'
import { WhereFrom } from '../blame/where-from.tsx'
import { CountStepper } from './count-stepper.tsx'
import styles from './replicas.module.css'

/** One workload: what runs, what Git wants and where that is written. */
export function WorkloadRow({
  appId,
  workload,
  lit,
  readOnly = false,
}: {
  readonly appId: string
  readonly workload: Workload
  readonly lit?: string | undefined
  readonly readOnly?: boolean
}) {
  const marks = useStore(useStores().marks, ({ byApp }) => byApp.get(appId) ?? noMarks)
  const { key, health, pods, ready, desired, liveReplicas } = workload
  const drifted = liveReplicas !== undefined && desired !== undefined && liveReplicas !== desired
  return (
    <li
      className={styles.workload}
      aria-label={`${key.kind} ${key.name}`}
      data-read-only={readOnly || undefined}
    >
      <div className={styles.what}>
        <div className="spread">
          <strong className="cut" title={`${key.kind} ${key.namespace}/${key.name}`}>
            {key.name}
          </strong>
          <span className="faint">{key.kind}</span>
          <HealthBadge status={health.status} />
        </div>
        {health.cause === undefined ? null : (
          <p className={styles.cause} title={health.cause.message}>
            {health.cause.message}
          </p>
        )}
      </div>
      <div className={styles.pods}>
        <PodSquares pods={pods} marks={marks} lit={lit} />
        <span className="dim">
          {ready} of {desired ?? liveReplicas ?? pods.length} ready
          {drifted ? <b data-tone="warn">, the cluster asks for {liveReplicas}</b> : null}
        </span>
      </div>
      {readOnly ? null : <Count appId={appId} workload={workload} />}
    </li>
  )
}

function Count({ appId, workload }: { readonly appId: string; readonly workload: Workload }) {
  const { tray } = useStores()
  const edit = useStore(tray.store, (state) => state.tray.get(appId)?.get(keyText(workload.key)))
  const { key, desired, source, locked, autoscaler } = workload
  return (
    <div className={styles.desired}>
      {desired === undefined ? (
        <span className="dim">no count in Git</span>
      ) : (
        <CountStepper
          label={`Replicas of ${key.name}`}
          value={edit?.to ?? desired}
          original={desired}
          disabled={locked !== undefined}
          onChange={(to) => tray.set(appId, { key, from: desired, to })}
        />
      )}
      <div className={styles.source}>
        {source === undefined ? null : (
          <span className={styles.place}>
            <code className="mono cut" title={`${source.file}:${source.line}`}>
              {shortPath(source.file)}:{source.line}
            </code>
            <WhereFrom request={{ appId, key, path: '.spec.replicas' }} />
          </span>
        )}
        {autoscaler === undefined ? null : (
          <span className="dim" title={`${autoscaler.kind} ${autoscaler.name}`}>
            scales itself, {autoscaler.min} to {autoscaler.max}
          </span>
        )}
        {locked === undefined ? null : (
          <span className={styles.locked} title={locked}>
            <IconLock size={13} aria-hidden /> {locked}
          </span>
        )}
      </div>
    </div>
  )
}

/** The end of a path tells more than its beginning; the whole is in the title. */
function shortPath(file: string): string {
  const parts = file.split('/')
  return parts.length <= 2 ? file : `…/${parts.slice(-2).join('/')}`
}
