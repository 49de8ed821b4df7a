import { Button } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorAction, Operation } from '#contract'
import { spellTime } from '../../stores/duration.ts'
import { keyText } from '../../stores/key-text.ts'
import { valueOf } from '../../stores/load.ts'
import { Empty } from '../../ui/empty.tsx'
import { FailureView } from '../../ui/failure-view.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { HealthBadge } from '../../ui/status.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useSession, useStores } from '../../ui/use-stores.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { TakeBack } from '../app/take-back.tsx'
import { WorkloadRow } from '../replicas/workload-row.tsx'
import replicas from '../replicas/replicas.module.css'
import { Commands, HealthCauses, Outcomes } from './operation-parts.tsx'
import styles from './operation.module.css'
import { ProposeButton, PullRequestCard } from './pull-request.tsx'
import { stateTone, stateWords } from './step-words.ts'
import { Stepper } from './stepper.tsx'

/** One operation as it happens: its steps, what became of each object, and the pods that move. */
export function OperationPage({ operationId }: { readonly operationId: string }) {
  const stores = useStores()
  const operation = useStore(stores.operations, ({ items }) => items.get(operationId))
  const status = useStore(stores.operations, (state) => state.status)
  if (operation !== undefined) return <Found operation={operation} />
  if (status !== 'ready') return <Waiting words="Reading the journal of operations." />
  return (
    <Empty title="There is no such operation">
      <Button variant="default" onClick={() => stores.route.go({ page: 'activity' })}>
        Show all activity
      </Button>
    </Empty>
  )
}

function Found({ operation }: { readonly operation: Operation }) {
  const { route } = useStores()
  const { appId, appName, failure, state } = operation
  return (
    <Page
      wide
      title={operation.title}
      actions={
        <>
          <ProposeButton operation={operation} />
          <TakeBackButton operation={operation} />
          <Controls operation={operation} />
          <Button variant="default" onClick={() => route.go({ page: 'app', appId, tab: 'replicas' })}>
            Open {appName}
          </Button>
        </>
      }
    >
      <p className={styles.line}>
        <strong data-tone={stateTone(state)} data-operation-state={state} role="status">
          {stateWords[state]}
        </strong>
        <span className="dim">
          {operation.kind} by {operation.who}, {spellTime(operation.startedAt)}
        </span>
        {operation.commit === undefined ? null : (
          <span className="dim">
            commit <code className="mono">{operation.commit.slice(0, 7)}</code>
          </span>
        )}
      </p>
      {failure === undefined ? null : (
        <FailureView failure={{ ...failure, ...actionAfter(failure.code), retryable: false }} appId={appId} />
      )}
      <LookAgain operation={operation} />
      {state === 'stopped' ? (
        <Note
          tone="warn"
          action={
            <Button onClick={() => route.go({ page: 'app', appId, tab: 'changes' })}>
              Look at the new plan
            </Button>
          }
        >
          What was approved is no longer what would be done, so it stopped.
        </Note>
      ) : null}
      <div className={styles.columns}>
        <Card title="Steps">
          <Stepper steps={operation.steps} />
        </Card>
        <div>
          <PullRequestCard operation={operation} />
          <Followed operation={operation} />
          <Pods appId={appId} />
          <HealthCauses health={operation.health} />
        </div>
      </div>
      <Outcomes outcomes={operation.outcomes} />
      <Commands commands={operation.commands} />
    </Page>
  )
}

/** A record keeps code and words; what helps is elsewhere in these cases. */
function actionAfter(code: string): { readonly action?: ErrorAction } {
  if (code === 'GIT_LOCK_LEFT') return { action: 'remove-lock' }
  return code === 'GIT_MISSING' ? { action: 'open-doctor' } : {}
}

/** A commit that went to the local branch alone can be taken back until it is pushed. */
function TakeBackButton({ operation: { appId, commit, state, steps } }: { readonly operation: Operation }) {
  const [open, setOpen] = useState(false)
  const local =
    steps.some(({ name }) => name === 'push') && !steps.some(({ name }) => name === 'fast-forward')
  if (commit === undefined || state !== 'done' || !local) return null
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Take back
      </Button>
      {open ? <TakeBack appId={appId} commit={commit} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

/** The branch moved under the push, and what was shown is otherwise there: made again it is looked at again. */
function LookAgain({ operation: { appId, again } }: { readonly operation: Operation }) {
  const { review, route } = useStores()
  if (again === undefined) return null
  const look = () => {
    void review.begin(appId, again)
    route.go({ page: 'review', appId })
  }
  return (
    <Note tone="warn" action={<Button onClick={look}>Look at it again</Button>}>
      Others changed what this touches, so nothing was pushed. Made again on the newer commits it is another
      draft.
    </Note>
  )
}

function Controls({ operation: { id, cancellable, resumable, state } }: { readonly operation: Operation }) {
  const { link } = useStores()
  const cancel = useAction(() => link.client.call('operations.cancel', { operationId: id }))
  const resume = useAction(() => link.client.call('operations.resume', { operationId: id }))
  return (
    <>
      {cancel.failure === undefined && resume.failure === undefined ? null : (
        <span role="alert" data-tone="bad">
          {(cancel.failure ?? resume.failure)?.message}
        </span>
      )}
      {resumable ? (
        <Button
          variant={state === 'waiting' ? 'default' : 'filled'}
          loading={resume.state === 'running'}
          onClick={resume.run}
        >
          {state === 'waiting' ? 'Look now' : 'Go on'}
        </Button>
      ) : null}
      {cancellable ? (
        <Button variant="default" loading={cancel.state === 'running'} onClick={cancel.run}>
          {state === 'waiting' ? 'Stop following' : 'Cancel'}
        </Button>
      ) : null}
    </>
  )
}

/** Where another controller goes on from the push: the app's health as it is now. */
function Followed({ operation: { appId, steps } }: { readonly operation: Operation }) {
  const row = useStore(useStores().apps, ({ items }) => items.get(appId))
  if (row?.sync.status !== 'companion' || !steps.some(({ name }) => name === 'push')) return null
  return (
    <Card title="Health now">
      <p className={styles.line}>
        <HealthBadge status={row.health.status} />
        <span className="dim">{row.health.cause?.message ?? row.sync.message}</span>
      </p>
    </Card>
  )
}

/** The app's pods while they move. */
function Pods({ appId }: { readonly appId: string }) {
  const load = useStore(useSession(appId).replicas.store)
  const workloads = valueOf(load)?.workloads.filter(({ pods }) => pods.length > 0) ?? []
  if (workloads.length === 0) return null
  return (
    <Card title="Pods">
      <ul className={replicas.workloads} aria-label="Workloads">
        {workloads.map((workload) => (
          <WorkloadRow key={keyText(workload.key)} appId={appId} workload={workload} readOnly />
        ))}
      </ul>
    </Card>
  )
}
