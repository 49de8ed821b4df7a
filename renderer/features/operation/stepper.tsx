import {
  IconCircle,
  IconCircleCheckFilled,
  IconCircleMinus,
  IconCircleX,
  IconCircleXFilled,
  IconLoader2,
} from '@tabler/icons-react'
import type { Step } from '#contract'
import { spellAge, spellDuration } from '../../stores/duration.ts'
import { useNow } from '../../ui/use-now.ts'
import styles from './operation.module.css'
import { stepTitle } from './step-words.ts'

const icons = {
  waiting: IconCircle,
  running: IconLoader2,
  done: IconCircleCheckFilled,
  failed: IconCircleXFilled,
  cancelled: IconCircleX,
  skipped: IconCircleMinus,
} as const satisfies Record<Step['state'], unknown>

/** The steps of an operation, each with its time and what it waits for or did. */
export function Stepper({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className={styles.steps} aria-label="Steps">
      {steps.map((step) => (
        <StepItem key={step.name} step={step} />
      ))}
    </ol>
  )
}

function StepItem({ step }: { readonly step: Step }) {
  const Icon = icons[step.state]
  return (
    <li
      className={styles.step}
      data-state={step.state}
      data-step={step.name}
      aria-current={step.state === 'running' ? 'step' : undefined}
    >
      <Icon size={19} aria-hidden className={styles.stepIcon} />
      <div className="grow">
        <strong>{stepTitle(step)}</strong>
        {step.state === 'done' || step.state === 'running' ? null : (
          <span className="faint"> {step.state}</span>
        )}
        {step.words === undefined ? null : <p className={styles.stepWords}>{step.words}</p>}
      </div>
      <StepTime step={step} />
    </li>
  )
}

function StepTime({ step: { startedAt, finishedAt, state } }: { readonly step: Step }) {
  if (startedAt === undefined) return null
  if (finishedAt !== undefined)
    return <span className="faint">{spellDuration(Date.parse(finishedAt) - Date.parse(startedAt))}</span>
  return state === 'running' ? <Elapsed since={startedAt} /> : null
}

function Elapsed({ since }: { readonly since: string }) {
  const now = useNow()
  return <span className="dim">{spellAge(since, now)}</span>
}
