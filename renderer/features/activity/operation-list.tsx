import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Operation } from '#contract'
import { spellDuration } from '../../stores/duration.ts'
import { toHash } from '../../stores/route.ts'
import { Age } from '../../ui/age.tsx'
import { Empty } from '../../ui/empty.tsx'
import { currentWords, stateTone, stateWords, stepTitle } from '../operation/step-words.ts'
import styles from './activity.module.css'
import { ExportButtons } from './export-buttons.tsx'

const atOnce = 100

/** Operations with their steps in a line; each leads to its page with commands and results. */
export function OperationList({
  operations,
  appId,
  exports = true,
}: {
  readonly operations: readonly Operation[]
  readonly appId?: string
  readonly exports?: boolean
}) {
  const [most, setMost] = useState(atOnce)
  if (operations.length === 0)
    return (
      <Empty title="Nothing was done from here yet">
        <p>Every commit, push and sync is recorded with its steps, commands and results.</p>
      </Empty>
    )
  return (
    <>
      {exports ? (
        <div className={styles.tools}>
          <ExportButtons {...(appId === undefined ? {} : { appId })} />
        </div>
      ) : null}
      <ul className={styles.list} aria-label="Operations">
        {operations.slice(0, most).map((operation) => (
          <OperationItem key={operation.id} operation={operation} withApp={appId === undefined} />
        ))}
      </ul>
      {operations.length > most ? (
        <Button variant="default" onClick={() => setMost(most + atOnce)}>
          Show more of {operations.length}
        </Button>
      ) : null}
    </>
  )
}

function OperationItem({ operation, withApp }: { readonly operation: Operation; readonly withApp: boolean }) {
  const { id, title, appName, who, startedAt, finishedAt, state, steps, commands } = operation
  return (
    <li className={styles.item} data-state={state}>
      <div className={styles.main}>
        <a
          href={toHash({ page: 'operation', operationId: id })}
          className={`${styles.title} cut`}
          title={title}
        >
          {title}
        </a>
        <span className="faint cut">
          {withApp ? `${appName}, ` : ''}
          {who}
        </span>
      </div>
      <ol className={styles.steps} aria-label="Steps">
        {steps.map((step) => (
          <li
            key={step.name}
            data-state={step.state}
            title={`${stepTitle(step)}: ${step.words ?? step.state}`}
          >
            <span className="unseen">
              {step.name}: {step.state}
            </span>
          </li>
        ))}
      </ol>
      <span className="cut" title={currentWords(operation)}>
        <strong data-tone={stateTone(state)}>{stateWords[state]}</strong>
        {state === 'done' ? null : <span className="dim"> {currentWords(operation)}</span>}
      </span>
      <span className={styles.time}>
        {finishedAt === undefined ? null : spellDuration(Date.parse(finishedAt) - Date.parse(startedAt))}
        <span className="faint">
          {commands.length === 0 ? '' : `${commands.length} command${commands.length === 1 ? '' : 's'}, `}
          <Age at={startedAt} suffix=" ago" />
        </span>
      </span>
    </li>
  )
}
