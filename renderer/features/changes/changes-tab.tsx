import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { AppRow, Plan } from '#contract'
import { isNothingToDo, missingForSync, noDecisions } from '../../stores/approval.ts'
import type { AppSession } from '../../stores/session.ts'
import { Empty } from '../../ui/empty.tsx'
import { FailureView } from '../../ui/failure-view.tsx'
import { LoadView } from '../../ui/load-view.tsx'
import { Sha } from '../../ui/sha.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useKeys } from '../../ui/use-keys.ts'
import { useAppContext, useStores } from '../../ui/use-stores.ts'
import styles from './changes.module.css'
import { ConfirmContext, DecisionsForm } from './decisions-form.tsx'
import { PlanView } from './plan-view.tsx'

/** The plan for the tracked branch, made anew whenever Git or the cluster moves. Approving it is syncing. */
export function ChangesTab({ session, row }: { readonly session: AppSession; readonly row: AppRow }) {
  const { appId } = session
  const load = useStore(session.plan.store)
  const make = () => void session.plan.ask({ appId })
  // When either side moves, what is shown may be void; a second drift leaves all but the digest as it was.
  const world = [row.tip?.oid, row.sync.status, row.sync.revision, row.sync.digest].join(' ')
  const hasDestination = row.destination !== undefined
  useEffect(() => {
    if (hasDestination) void session.plan.ask({ appId })
  }, [session, appId, world, hasDestination])
  if (!hasDestination)
    return (
      <Empty title="This app has no destination">
        <p>It renders and can be committed to; there is no cluster to compare with.</p>
      </Empty>
    )
  return (
    <div className={styles.tab}>
      <LoadView
        load={load}
        waitsFor={`Rendering ${row.name} and comparing it with ${row.destination.context}.`}
        onRetry={make}
      >
        {(plan) => <Ready key={plan.id} plan={plan} row={row} onRemake={make} />}
      </LoadView>
    </div>
  )
}

function Ready({
  plan,
  row,
  onRemake,
}: {
  readonly plan: Plan
  readonly row: AppRow
  readonly onRemake: () => void
}) {
  const { link, route } = useStores()
  const context = useAppContext(row.id)
  const [decisions, setDecisions] = useState(noDecisions)
  const missing = missingForSync(plan, decisions, context)
  const nothing = isNothingToDo(plan)
  const sync = useAction(async () => {
    const { operationId } = await link.client.call('sync.run', {
      planId: plan.id,
      fingerprint: plan.fingerprint,
      decisions,
    })
    route.go({ page: 'operation', operationId })
  })
  useKeys({
    '$mod+Enter': () => {
      if (missing.length === 0 && !nothing) sync.run()
    },
  })
  const stale = sync.failure !== undefined && ['PLAN_STALE', 'PLAN_GONE'].includes(sync.failure.code)
  return (
    <>
      <header className={styles.head}>
        <h2 className="grow">
          {nothing ? 'Nothing to do: the cluster is equal to Git' : 'What a sync would do'}{' '}
          <span className="dim">
            at {row.branch} @ <Sha oid={plan.revision} />
          </span>
        </h2>
        <Button variant="default" onClick={onRemake}>
          Compare again
        </Button>
      </header>
      <PlanView plan={plan} committed />
      {nothing || plan.companion !== undefined ? null : (
        <footer className={styles.approve}>
          <DecisionsForm plan={plan} decisions={decisions} onChange={setDecisions} />
          <ConfirmContext context={context} decisions={decisions} onChange={setDecisions} />
          {sync.failure === undefined ? null : (
            <FailureView failure={sync.failure} onRetry={stale ? onRemake : sync.run} appId={row.id} />
          )}
          <div className="spread">
            <Button
              disabled={missing.length > 0}
              loading={sync.state === 'running'}
              onClick={sync.run}
              aria-describedby="sync-missing"
            >
              Sync
            </Button>
            <span id="sync-missing" className="dim">
              {missing[0] ??
                `Applies exactly this to ${row.destination?.context ?? ''} / ${row.destination?.namespace ?? ''}.`}
            </span>
          </div>
        </footer>
      )}
    </>
  )
}
