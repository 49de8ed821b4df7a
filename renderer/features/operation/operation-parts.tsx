import type { CommandRun, Operation, Outcome } from '#contract'
import { spellDuration, spellTime } from '../../stores/duration.ts'
import { keyText, keyWords } from '../../stores/key-text.ts'
import page from '../../ui/page.module.css'
import { Card } from '../../ui/page.tsx'
import { HealthBadge } from '../../ui/status.tsx'
import styles from './operation.module.css'

const tones: Readonly<Record<Outcome['outcome'], string>> = {
  created: 'ok',
  updated: 'ok',
  unchanged: 'dim',
  replaced: 'ok',
  pruned: 'ok',
  skipped: 'warn',
  failed: 'bad',
  cancelled: 'warn',
}

/** What became of each object; what went wrong comes first. */
export function Outcomes({ outcomes }: Pick<Operation, 'outcomes'>) {
  if (outcomes.length === 0) return null
  const ordered = [...outcomes].sort(
    (a, b) => Number(b.outcome === 'failed') - Number(a.outcome === 'failed'),
  )
  return (
    <Card title={`Objects (${outcomes.length})`}>
      <ul className={styles.outcomes} aria-label="Objects">
        {ordered.map((one) => (
          <li key={keyText(one.key)} data-outcome={one.outcome}>
            <strong data-tone={tones[one.outcome]}>{one.outcome}</strong>
            <span className="cut" title={keyText(one.key)}>
              {keyWords(one.key)} <span className="faint">{one.key.namespace}</span>
            </span>
            <span className="cut dim" title={one.message}>
              {one.message}
            </span>
            <span className="faint">{spellDuration(one.durationMs)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Objects that are not healthy and why. */
export function HealthCauses({ health }: Pick<Operation, 'health'>) {
  const open = health.filter((one) => one.health.status !== 'Healthy')
  if (open.length === 0) return null
  return (
    <Card title="Not healthy yet">
      <ul className={page.rows} aria-label="Not healthy yet">
        {open.map((one) => (
          <li key={keyText(one.key)}>
            <HealthBadge status={one.health.status} />
            <span className="grow">
              {keyWords(one.key)}
              {one.health.cause === undefined ? null : (
                <span className="dim">: {one.health.cause.message}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** The commands that were run, as they were run. */
export function Commands({ commands }: { readonly commands: readonly CommandRun[] }) {
  if (commands.length === 0) return null
  return (
    <details className={page.fold}>
      <summary>
        {commands.length === 1 ? '1 command was run' : `${commands.length} commands were run`}
      </summary>
      <ul className={styles.commands} aria-label="Commands">
        {commands.map((run) => (
          <li key={`${run.at} ${run.command}`} title={spellTime(run.at)}>
            <code className="mono">{run.command}</code>
            <span className="faint">
              {run.exitCode === undefined || run.exitCode === 0 ? '' : `exit ${run.exitCode}, `}
              {spellDuration(run.durationMs)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
