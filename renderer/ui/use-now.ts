import { useEffect, useState } from 'react'

const listeners = new Set<(now: number) => void>()
let timer: number | undefined

/** The clock, ticking each second in one place while somebody shows it. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    listeners.add(setNow)
    timer ??= window.setInterval(() => {
      const at = Date.now()
      for (const listener of listeners) listener(at)
    }, 1000)
    return () => {
      listeners.delete(setNow)
      if (listeners.size > 0) return
      window.clearInterval(timer)
      timer = undefined
    }
  }, [])
  return now
}
