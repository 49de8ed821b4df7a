import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck, IconHelpCircle } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { SafetyReason } from '#contract'
import { keyText } from '../../stores/key-text.ts'
import { Card } from '../../ui/page.tsx'
import { useStores } from '../../ui/use-stores.ts'
import styles from './review.module.css'

const levels = {
  danger: { Icon: IconAlertOctagon, word: 'Danger' },
  caution: { Icon: IconAlertTriangle, word: 'Caution' },
  unknown: { Icon: IconHelpCircle, word: 'Unknown' },
  note: { Icon: IconCircleCheck, word: 'Good' },
} as const satisfies Record<SafetyReason['level'], unknown>

/** What speaks for and against the result on its cluster, most serious first. Nothing is hidden: what could not be read is said. */
export function SafetyCard() {
  const { review } = useStores()
  const load = useStore(review.store, ({ safety }) => safety)
  switch (load.status) {
    case 'idle':
      return null
    case 'loading':
      return (
        <Card title="Safety report">
          <p className="dim" role="status">
            Looking at the cluster: what would break, and what ran before.
          </p>
        </Card>
      )
    case 'failed':
      return (
        <Card title="Safety report">
          <p className={styles.reason} data-level="unknown">
            <IconHelpCircle size={15} aria-hidden />
            <span>It could not be made: {load.failure.message}</span>
          </p>
        </Card>
      )
    default:
      return <Reasons reasons={load.value.reasons} />
  }
}

function Reasons({ reasons }: { readonly reasons: readonly SafetyReason[] }) {
  const serious = reasons.filter(({ level }) => level === 'danger').length
  return (
    <Card
      title={serious === 0 ? 'Safety report' : `Safety report: ${serious} danger${serious === 1 ? '' : 's'}`}
    >
      {reasons.length === 0 ? <p className="dim">Nothing speaks against it.</p> : null}
      <ul className={styles.reasons} aria-label="Safety report">
        {reasons.map((reason) => {
          const { Icon, word } = levels[reason.level]
          return (
            <li
              key={`${reason.code} ${reason.key === undefined ? '' : keyText(reason.key)} ${reason.words}`}
              className={styles.reason}
              data-level={reason.level}
            >
              <Icon size={15} aria-hidden />
              <span>
                <b>{word}.</b> {reason.words} <span className="faint">{reason.code}</span>
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
