import { useEffect, useRef } from 'react'
import { tinykeys } from 'tinykeys'
import { whenFree } from './when-free.ts'

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>

/** Keys of a page while it is shown; the handlers may change with each render. The set of keys may not. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(
    () =>
      tinykeys(
        window,
        Object.fromEntries(
          Object.keys(latest.current).map((key) => [
            key,
            (event: KeyboardEvent) => latest.current[key]?.(event),
          ]),
        ),
      ),
    [],
  )
}

/** Single letters and the like: off while something is typed and while a dialog is open. */
export function useLetterKeys(keys: Keys): void {
  useKeys(Object.fromEntries(Object.entries(keys).map(([key, run]) => [key, whenFree(run)])))
}
