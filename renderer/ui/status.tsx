import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleHalf2,
  IconEqual,
  IconEqualNot,
  IconHelpCircle,
  IconPlayerPauseFilled,
  IconPlugConnectedX,
  IconShip,
} from '@tabler/icons-react'
import type { HealthStatus, SyncState } from '#contract'
import styles from './status.module.css'

const health = {
  Healthy: { tone: 'ok', Icon: IconCircleCheckFilled },
  Progressing: { tone: 'info', Icon: IconCircleHalf2 },
  Degraded: { tone: 'bad', Icon: IconAlertTriangleFilled },
  Missing: { tone: 'warn', Icon: IconCircleDashed },
  Suspended: { tone: 'dim', Icon: IconPlayerPauseFilled },
  Unknown: { tone: 'dim', Icon: IconHelpCircle },
} as const satisfies Record<HealthStatus, unknown>

/** Health in glyph and word. */
export function HealthBadge({ status }: { readonly status: HealthStatus }) {
  const { tone, Icon } = health[status]
  return (
    <span className={styles.badge} data-tone={tone} data-health={status}>
      <Icon size={14} aria-hidden />
      {status}
    </span>
  )
}

const sync = {
  synced: { tone: 'ok', words: 'Synced', Icon: IconEqual },
  'out-of-sync': { tone: 'warn', words: 'Out of sync', Icon: IconEqualNot },
  unknown: { tone: 'dim', words: 'Unknown', Icon: IconHelpCircle },
  'not-connected': { tone: 'dim', words: 'Not connected', Icon: IconPlugConnectedX },
  companion: { tone: 'info', words: 'Companion', Icon: IconShip },
} as const satisfies Record<SyncState['status'], unknown>

export function syncWords(status: SyncState['status']): string {
  return sync[status].words
}

/** Equal to Git or not, in glyph and word. */
export function SyncBadge({ status }: { readonly status: SyncState['status'] }) {
  const { tone, words, Icon } = sync[status]
  return (
    <span className={styles.badge} data-tone={tone} data-sync={status}>
      <Icon size={14} aria-hidden />
      {words}
    </span>
  )
}
