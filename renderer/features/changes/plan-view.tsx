import type { Plan } from '#contract'
import { countsOf, groupChanges } from '../../stores/plan-view.ts'
import { keyText } from '../../stores/key-text.ts'
import { Age } from '../../ui/age.tsx'
import { Note } from '../../ui/note.tsx'
import { Sha } from '../../ui/sha.tsx'
import { ChangeRow } from './change-row.tsx'
import styles from './changes.module.css'

/**
 * What a sync would do: counts, what stands against it, what else it brings, and each object in its wave. `committed`: its revision is a
 * commit of the clone, so that lines can be asked for their authors.
 */
export function PlanView({ plan, committed = false }: { readonly plan: Plan; readonly committed?: boolean }) {
  return (
    <div>
      <Counts plan={plan} />
      {plan.companion === undefined ? null : (
        <Note tone="info">
          {plan.companion} syncs this app: commit and push here, it is never applied from here.
        </Note>
      )}
      {plan.blocks.map((block) => (
        <Note key={`${block.code} ${block.message}`} tone="bad">
          {block.message} <span className="faint">{block.code}</span>
        </Note>
      ))}
      {plan.warnings.map((warning) => (
        <Note key={warning} tone="info">
          {warning}
        </Note>
      ))}
      <Brings plan={plan} />
      {groupChanges(plan).map(({ title, changes }) => (
        <section key={title} aria-label={title}>
          <h3 className={styles.wave}>{title}</h3>
          <ul className={styles.changes}>
            {changes.map((change) => (
              <ChangeRow
                key={keyText(change.key)}
                planId={plan.id}
                change={change}
                source={committed ? { appId: plan.appId, revision: plan.revision } : undefined}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

/** The plan in numbers. */
export function Counts({ plan }: { readonly plan: Plan }) {
  const counts = countsOf(plan)
  if (counts.length === 0) return null
  return (
    <ul className={styles.counts} aria-label="Counts">
      {counts.map(({ name, words, count }) => (
        <li key={name} data-count={name}>
          <b>{count}</b> {words}
        </li>
      ))}
    </ul>
  )
}

/** Commits of others that this sync carries along. */
function Brings({ plan }: { readonly plan: Plan }) {
  if (plan.brings.length === 0) return null
  return (
    <details className={styles.brings} open={plan.brings.length <= 4}>
      <summary>
        This sync also brings {plan.brings.length} commit{plan.brings.length === 1 ? '' : 's'} that{' '}
        {plan.brings.length === 1 ? 'is' : 'are'} not synced yet
      </summary>
      <ul aria-label="Brought along">
        {plan.brings.map((commit) => (
          <li key={commit.oid}>
            <Sha oid={commit.oid} /> {commit.subject}{' '}
            <span className="faint">
              {commit.author.name}, <Age at={commit.committedAt} suffix=" ago" />
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
