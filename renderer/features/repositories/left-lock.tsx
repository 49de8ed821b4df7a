import { Button } from '@mantine/core'
import type { Clone } from '#contract'
import { FailureView } from '../../ui/failure-view.tsx'
import { Age } from '../../ui/age.tsx'
import { Note } from '../../ui/note.tsx'
import page from '../../ui/page.module.css'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'

type Props = { readonly cloneId: string; readonly lock: NonNullable<Clone['leftLock']> }

/** A lock that a git of ours left when it was killed: shown with its path, and removed when the operator says so. */
export function LeftLockNote({ cloneId, lock: { path, token, since } }: Props) {
  const { link } = useStores()
  const remove = useAction(() => link.client.call('clones.remove-lock', { cloneId, path, token }))
  return (
    <Note tone="warn">
      <strong>A lock was left behind.</strong> A git that Wheelhouse ran was killed{' '}
      <Age at={since} suffix=" ago" />, and its lock keeps others out: <code className="mono">{path}</code>.
      No program holds it.
      <div className={page.buttons}>
        <Button variant="default" loading={remove.state === 'running'} onClick={() => remove.run()}>
          Remove the lock
        </Button>
      </div>
      {remove.failure === undefined ? null : <FailureView failure={remove.failure} />}
    </Note>
  )
}
