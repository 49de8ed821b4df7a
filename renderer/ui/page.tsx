import type { ReactNode } from 'react'
import styles from './page.module.css'

/** A page with its heading and what can be done on all of it. */
export function Page({
  title,
  actions,
  wide = false,
  children,
}: {
  readonly title: string
  readonly actions?: ReactNode
  /** For what is read side by side. */
  readonly wide?: boolean
  readonly children: ReactNode
}) {
  return (
    <div className={styles.page} data-wide={wide || undefined}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {actions}
      </header>
      {children}
    </div>
  )
}

/** A framed part of a page under its own heading. */
export function Card({ title, children }: { readonly title?: string; readonly children: ReactNode }) {
  return (
    <section className={styles.card} aria-label={title}>
      {title === undefined ? null : <h2>{title}</h2>}
      {children}
    </section>
  )
}
