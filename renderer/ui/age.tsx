import { spellAge, spellTime } from '../stores/duration.ts'
import { useNow } from './use-now.ts'

/** How long ago; the exact time is its title. */
export function Age({ at, suffix = '' }: { readonly at: string; readonly suffix?: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={spellTime(at)}>
      {spellAge(at, now)}
      {suffix}
    </time>
  )
}
