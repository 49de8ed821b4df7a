import { useEffect, useRef } from 'react'
import { tinykeys } from 'tinykeys'

/** Keys of a page while it is shown; the handlers may change with each render. The set of keys may not. */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const latest = useRef(keys)
  latest.current = keys
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
