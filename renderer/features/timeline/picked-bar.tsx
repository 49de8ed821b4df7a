import { Button } from '@mantine/core'
import { IconRotate } from '@tabler/icons-react'
import type { Picked } from '../../stores/picked.ts'
import { useStores } from '../../ui/use-stores.ts'
import styles from './timeline.module.css'

/** Several commits, to be undone as one. */
export function PickedBar({
  appId,
  picked,
  onClear,
}: {
  readonly appId: string
  readonly picked: Picked
  readonly onClear: () => void
}) {
  const { review, route } = useStores()
  if (picked.size === 0) return null
  const words = `${picked.size} commit${picked.size === 1 ? '' : 's'}`
  const undo = () => {
    void review.begin(appId, { kind: 'undo', commits: [...picked] })
    route.go({ page: 'review', appId })
  }
  return (
    <div className={styles.picked} role="group" aria-label="Picked commits">
      <b role="status">{words} picked</b>
      <span className="dim grow cut" title="Shown before anything is done.">
        Newest first, in one commit.
      </span>
      <Button leftSection={<IconRotate size={15} aria-hidden />} onClick={undo}>
        Undo {words}
      </Button>
      <Button variant="default" onClick={onClear}>
        Clear
      </Button>
    </div>
  )
}
