import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './states.module.css'

/** A sentence that must not be overlooked, where it belongs. */
export function Note({
  tone,
  children,
  action,
}: {
  readonly tone: 'warn' | 'info' | 'bad'
  readonly children: ReactNode
  readonly action?: ReactNode
}) {
  const Icon = tone === 'info' ? IconInfoCircle : IconAlertTriangle
  return (
    <div className={styles.failure} data-tone={tone} role={tone === 'bad' ? 'alert' : 'note'}>
      <Icon size={17} aria-hidden />
      <div className="grow">{children}</div>
      {action}
    </div>
  )
}
