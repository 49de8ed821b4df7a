import { Button } from '@mantine/core'
import { IconGitBranchDeleted } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { useRoute, useStores } from '../../ui/use-stores.ts'
import styles from './frame.module.css'

/** Without git everything can be read and nothing changed: said once, above every page. */
export function GitBanner() {
  const { git, route } = useStores()
  const load = useStore(git.store)
  const { page } = useRoute()
  // In the doctor and the settings it is mended: whoever leaves them sees whether it was.
  useEffect(() => void git.ask({}), [git, page])
  if (load.status !== 'ready' || load.value.state === 'ready') return null
  const words =
    load.value.state === 'missing'
      ? 'Read-only: git was not found. History and manifests can be read; commits, fetches and drafts need git.'
      : load.value.message
  return (
    <div className={styles.banner} data-tone="warn" role="status">
      <IconGitBranchDeleted size={16} aria-hidden />
      <span className="grow">{words}</span>
      <Button variant="default" onClick={() => route.go({ page: 'doctor' })}>
        Open doctor
      </Button>
      <Button variant="default" onClick={() => void git.ask({})}>
        Look again
      </Button>
    </div>
  )
}
