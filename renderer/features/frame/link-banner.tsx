import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { useNow } from '../../ui/use-now.ts'
import { useStores } from '../../ui/use-stores.ts'
import styles from './frame.module.css'

/** Says that the engine is away: what is on screen is the last known state. */
export function LinkBanner() {
  const { link, linkState } = useStores()
  const { state } = useStore(linkState)
  const now = useNow()
  if (state.status === 'open' || state.status === 'connecting') return null
  if (state.status === 'refused')
    return (
      <div className={styles.banner} data-tone="warn" role="alert">
        <IconPlugConnectedX size={16} aria-hidden /> {state.why}
      </div>
    )
  const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000))
  return (
    <div className={styles.banner} data-tone="warn" role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      <span className="grow">
        The engine is not connected: what you see is the last known state. Trying again
        {seconds > 0 ? ` in ${seconds} s` : ' now'}.
      </span>
      <Button variant="default" onClick={link.retry}>
        Connect now
      </Button>
    </div>
  )
}
