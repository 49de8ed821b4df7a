import { Button } from '@mantine/core'
import { IconSailboat } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'
import styles from './frame.module.css'

/** In the demo: says so, and starts its story over. */
export function DemoBanner() {
  const stores = useStores()
  const about = useStore(stores.about.store)
  const reset = useAction(async () => {
    await stores.link.client.call('demo.reset', {})
    stores.route.go({ page: 'apps' })
    stores.startAgain()
  })
  if (about.status !== 'ready' || about.value.demo !== 'on') return null
  return (
    <div className={styles.banner} role="note">
      <IconSailboat size={16} aria-hidden />
      <span className="grow">
        {reset.failure?.message ??
          'This is the demo: a real Git repository and a simulated cluster. Nothing here touches your own.'}
      </span>
      <Button variant="default" loading={reset.state === 'running'} onClick={reset.run}>
        Reset demo
      </Button>
    </div>
  )
}
