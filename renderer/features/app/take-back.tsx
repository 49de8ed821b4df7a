import { Button, Modal } from '@mantine/core'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Output } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import { LoadView } from '../../ui/load-view.tsx'
import { Sha } from '../../ui/sha.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'
import styles from './app.module.css'

type Last = NonNullable<Output<'commits.last'>['last']>

type Props = {
  readonly appId: string
  /** The one that is meant; any that is the last unless told. */
  readonly commit?: string
  readonly onClose: () => void
}

/** Ctrl/Cmd+Z: the last commit of ours, taken back where nobody else has it, undone by a commit where somebody may. */
export function TakeBack({ appId, commit, onClose }: Props) {
  const { link } = useStores()
  const last = useMemo(() => createAsk(link, 'commits.last'), [link])
  const load = useStore(last.store)
  useEffect(() => {
    void last.ask({ appId })
  }, [last, appId])
  return (
    <Modal opened onClose={onClose} title="Take back the last commit" size="md">
      <LoadView
        load={load}
        waitsFor="Looking at the tip of the branch."
        onRetry={() => void last.ask({ appId })}
      >
        {({ last: found }) => {
          const meant = commit === undefined || found?.commit === commit
          return meant && found !== undefined ? (
            <Found appId={appId} last={found} onClose={onClose} />
          ) : (
            <Nothing meant={commit !== undefined} onClose={onClose} />
          )
        }}
      </LoadView>
    </Modal>
  )
}

function Nothing({ meant, onClose }: { readonly meant: boolean; readonly onClose: () => void }) {
  return (
    <>
      <p>
        {meant
          ? 'It is not the last commit of the branch any more: undo it on the timeline.'
          : 'The last commit of the branch was not made here: there is nothing to take back.'}
      </p>
      <div className={styles.takeBack}>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </div>
    </>
  )
}

function Found({ appId, last, onClose }: Part) {
  return (
    <>
      <p className={styles.takeBackCommit}>
        <Sha oid={last.commit} /> <strong>{last.subject}</strong>
      </p>
      <ul className={styles.takeBackFiles} aria-label="Files">
        {last.files.map((path) => (
          <li key={path}>
            <code className="mono">{path}</code>
          </li>
        ))}
      </ul>
      {last.pushed ? (
        <Pushed appId={appId} last={last} onClose={onClose} />
      ) : (
        <Unpushed appId={appId} last={last} onClose={onClose} />
      )}
    </>
  )
}

type Part = { readonly appId: string; readonly last: Last; readonly onClose: () => void }

function Unpushed({ appId, last, onClose }: Part) {
  const { link, route } = useStores()
  const act = useAction(async () => {
    const { operationId } = await link.client.call('commits.take-back', { appId, commit: last.commit })
    onClose()
    route.go({ page: 'operation', operationId })
  })
  return (
    <>
      <p className="dim">
        No remote has it. <code className="mono">{last.branch}</code> moves back to the commit before, and its
        files with it; changes of yours stay as they are. The commit stays in the branch&apos;s reflog.
      </p>
      {act.failure === undefined ? null : <FailureView failure={act.failure} appId={appId} />}
      <div className={styles.takeBack}>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button data-autofocus loading={act.state === 'running'} onClick={act.run}>
          Take it back
        </Button>
      </div>
    </>
  )
}

function Pushed({ appId, last, onClose }: Part) {
  const { review, route } = useStores()
  const undo = () => {
    onClose()
    void review.begin(appId, { kind: 'undo', commits: [last.commit] })
    route.go({ page: 'review', appId })
  }
  return (
    <>
      <p className="dim">
        A remote has it, so others may too: it cannot be taken back, but a new commit can undo it.
      </p>
      <div className={styles.takeBack}>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button data-autofocus onClick={undo}>
          Review the undo
        </Button>
      </div>
    </>
  )
}

/** The key, on the page of an app. A field being typed in keeps its own undo. */
export function useTakeBackKey(open: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const pressed =
        (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === 'z'
      if (!pressed || event.defaultPrevented || document.querySelector('[role="dialog"]') !== null) return
      const { target } = event
      const typing =
        target instanceof HTMLElement &&
        (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
      if (typing) return
      event.preventDefault()
      open()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [open])
}
