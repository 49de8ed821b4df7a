import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { DraftAction } from '#contract'
import { Empty } from '../../ui/empty.tsx'
import { FailureView } from '../../ui/failure-view.tsx'
import { Note } from '../../ui/note.tsx'
import { Page } from '../../ui/page.tsx'
import { useApp, useSession, useStores } from '../../ui/use-stores.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { UpgradePart } from './upgrade-part.tsx'
import { LandPanel } from './land-panel.tsx'
import { PlanPart } from './plan-part.tsx'
import styles from './review.module.css'
import { DraftParts } from './draft-parts.tsx'
import { ReturnScope } from './return-scope.tsx'
import { SafetyCard } from './safety-card.tsx'
import { Questions } from './questions.tsx'

/** A proposed commit before it exists: everything it would do, and the one button that does it. */
export function ReviewPage({ appId }: { readonly appId: string }) {
  const { review, route } = useStores()
  const state = useStore(review.store)
  const app = useApp(appId)
  useSession(appId)
  const { request, draft, notice } = state
  if (request === undefined || request.appId !== appId)
    return (
      <Empty title="Nothing to review">
        <p>Choose a commit on the timeline, or change a replica count.</p>
        <Button variant="default" onClick={() => route.go({ page: 'app', appId, tab: 'timeline' })}>
          Open the timeline
        </Button>
      </Empty>
    )
  const leave = () => {
    review.discard()
    route.go({ page: 'app', appId, tab: request.action.kind === 'scale' ? 'replicas' : 'timeline' })
  }
  return (
    <Page
      wide
      title={titleOf(request.action)}
      actions={
        <Button variant="default" onClick={leave}>
          Discard
        </Button>
      }
    >
      <p className={styles.lead}>
        {app?.spec.name ?? ''}: nothing is in your repository yet. This is what one commit would do.
      </p>
      {notice === undefined ? null : <Note tone="warn">{notice}</Note>}
      <ReturnScope request={request} draft={draft.status === 'ready' ? draft.value : undefined} />
      {draft.status === 'failed' ? (
        <FailureView failure={draft.failure} onRetry={() => void review.remake()} appId={appId} />
      ) : null}
      {draft.status === 'loading' || draft.status === 'idle' ? (
        <Waiting words="Building the commit aside, rendering both sides." />
      ) : null}
      {draft.status === 'ready' ? (
        <div className={styles.columns}>
          <div className={styles.shown}>
            <Questions draft={draft.value} shared={request.shared} resolutions={request.resolutions} />
            <SafetyCard />
            <UpgradePart draft={draft.value} />
            <DraftParts draft={draft.value} />
            <PlanPart appId={appId} />
          </div>
          <LandPanel appId={appId} draft={draft.value} />
        </div>
      ) : null}
    </Page>
  )
}

function titleOf(action: DraftAction): string {
  switch (action.kind) {
    case 'return':
      return `Return to ${action.commit.slice(0, 7)}`
    case 'undo':
      return action.commits.length > 3
        ? `Undo ${action.commits.length} commits`
        : `Undo ${action.commits.map((oid) => oid.slice(0, 7)).join(', ')}`
    case 'undo-range':
      return `Undo ${action.from.slice(0, 7)} to ${action.to.slice(0, 7)}`
    default:
      return action.edits.length === 1
        ? 'Change a replica count'
        : `Change ${action.edits.length} replica counts`
  }
}
