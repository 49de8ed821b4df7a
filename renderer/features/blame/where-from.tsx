import { ActionIcon, Popover } from '@mantine/core'
import { IconGitCommit } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { BlameRequest } from '#contract'
import { blameId } from '../../stores/blames.ts'
import { keyWords } from '../../stores/key-text.ts'
import { idle } from '../../stores/load.ts'
import { LoadView } from '../../ui/load-view.tsx'
import { useStores } from '../../ui/use-stores.ts'
import styles from './blame.module.css'
import { BlameView } from './blame-view.tsx'

/** A quiet button beside a field: which lines make it what it is, and who wrote them. */
export function WhereFrom({ request }: { readonly request: BlameRequest }) {
  const { blames } = useStores()
  const [open, setOpen] = useState(false)
  const load = useStore(blames.store, (state) => state.blames.get(blameId(request)) ?? idle)
  const ask = () => void blames.fetch(request)
  const name = `${keyWords(request.key)} ${request.path}`
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-start"
      width={520}
      shadow="md"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={22}
          className={styles.button}
          aria-label={`Where from? ${name}`}
          title="Where from?"
          onClick={() => {
            if (!open) ask()
            setOpen(!open)
          }}
        >
          <IconGitCommit size={14} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={styles.popover} aria-label={`Where ${name} is from`}>
        <LoadView load={load} waitsFor={`Trying which lines set ${request.path}.`} onRetry={ask}>
          {(blame) => <BlameView blame={blame} appId={request.appId} />}
        </LoadView>
      </Popover.Dropdown>
    </Popover>
  )
}
