import type { ReactNode } from 'react'
import styles from './states.module.css'

/** An empty place says why it is empty and what can be done. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{title}</p>
      {children}
    </div>
  )
}
