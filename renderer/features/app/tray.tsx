import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { keyText } from '../../stores/key-text.ts'
import { toScaleAction } from '../../stores/tray.ts'
import { useKeys } from '../../ui/use-keys.ts'
import { useStores } from '../../ui/use-stores.ts'
import styles from './app.module.css'

/** Edits that are no commit yet: several go into one. */
export function Tray({ appId }: { readonly appId: string }) {
  const { tray, review, route } = useStores()
  const edits = useStore(tray.store, (state) => state.tray.get(appId))
  const open = () => {
    if (edits === undefined) return
    void review.begin(appId, toScaleAction(edits))
    route.go({ page: 'review', appId })
  }
  useKeys({ '$mod+Enter': open })
  if (edits === undefined) return null
  return (
    <section className={styles.tray} aria-label="Edits">
      <ul className={styles.edits}>
        {[...edits.values()].map((edit) => (
          <li key={keyText(edit.key)} className={styles.edit}>
            {edit.key.name} {edit.from} → {edit.to}
            <ActionIcon
              size={20}
              radius="xl"
              variant="subtle"
              color="gray"
              aria-label={`Take back ${edit.key.name}`}
              onClick={() => tray.set(appId, { ...edit, to: edit.from })}
            >
              <IconX size={13} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <span className="dim">Nothing is committed yet.</span>
      <Button variant="default" onClick={() => tray.clear(appId)}>
        Clear
      </Button>
      <Button onClick={open}>Review</Button>
    </section>
  )
}
