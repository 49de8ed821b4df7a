import { useEffect, useState } from 'react'
import styles from './states.module.css'

const patienceMs = 300

/** Nothing for 300 ms, then what it waits for. */
export function Waiting({ words }: { readonly words: string }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), patienceMs)
    return () => window.clearTimeout(timer)
  }, [])
  return (
    <p className={styles.waiting} role="status" aria-busy>
      {late ? (
        <>
          <span className={styles.pulse} aria-hidden />
          {words}
        </>
      ) : null}
    </p>
  )
}
