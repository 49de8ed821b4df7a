import { Button, Switch, Textarea, TextInput } from '@mantine/core'
import { useStore } from 'zustand'
import type { Draft, LandingMode } from '#contract'
import { isNothingToDo } from '../../stores/approval.ts'
import { landLabel, missingForLanding } from '../../stores/landing.ts'
import { valueOf } from '../../stores/load.ts'
import { planToSync } from '../../stores/review.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import { useKeys } from '../../ui/use-keys.ts'
import { useAppContext, useStores } from '../../ui/use-stores.ts'
import { ConfirmContext, DecisionsForm } from '../changes/decisions-form.tsx'
import styles from './review.module.css'
import { Where } from './where.tsx'

/** Message, place and approval. The button stays in sight while the rest is read. */
export function LandPanel({ appId, draft }: { readonly appId: string; readonly draft: Draft }) {
  const { review, route, tray } = useStores()
  const state = useStore(review.store)
  const context = useAppContext(appId)
  const { form, landing, failure } = state
  const plan = valueOf(state.plan)
  const missing = missingForLanding(state, context)
  const sync = planToSync(state)
  const land = async () => {
    if (missing.length > 0) return
    const scaled = draft.action.kind === 'scale'
    const operationId = await review.land()
    if (operationId === undefined) return
    if (scaled) tray.clear(appId)
    route.go({ page: 'operation', operationId })
  }
  useKeys({ '$mod+Enter': () => void land() })
  return (
    <aside className={styles.panel} aria-label="Commit">
      <TextInput
        label="Subject"
        value={form.subject}
        onChange={(event) => review.edit({ subject: event.currentTarget.value })}
      />
      <Textarea
        label="Message"
        size="xs"
        autosize
        minRows={3}
        maxRows={10}
        value={form.body}
        onChange={(event) => review.edit({ body: event.currentTarget.value })}
      />
      <Trailers draft={draft} />
      <Where draft={draft} />
      <Switch
        label="then sync"
        checked={form.thenSync && plan?.companion === undefined}
        disabled={plan === undefined || plan.companion !== undefined}
        description={syncWords(state.plan.status, {
          nothing: plan === undefined ? undefined : isNothingToDo(plan),
          mode: draft.landing.mode,
        })}
        onChange={(event) => review.edit({ thenSync: event.currentTarget.checked })}
      />
      {sync !== undefined ? (
        <DecisionsForm
          plan={sync}
          decisions={form.decisions}
          onChange={(decisions) => review.edit({ decisions })}
        />
      ) : null}
      <ConfirmContext
        context={context}
        decisions={form.decisions}
        onChange={(decisions) => review.edit({ decisions })}
      />
      {failure === undefined ? null : <FailureView failure={failure} appId={appId} />}
      <div className={styles.land}>
        <Button
          size="sm"
          fullWidth
          loading={landing}
          disabled={missing.length > 0}
          onClick={() => void land()}
          aria-describedby="land-missing"
        >
          {landLabel(draft.landing)}
        </Button>
        <p id="land-missing" className={styles.missing}>
          {missing[0] ??
            (sync !== undefined
              ? `${draft.landing.mode === 'pull-request' ? 'Once merged' : 'Then'} it is applied to ${context?.name ?? 'the cluster'} exactly as shown.`
              : 'The cluster is not touched.')}
        </p>
      </div>
    </aside>
  )
}

function Trailers({ draft: { message } }: { readonly draft: Draft }) {
  if (message.trailers.length === 0) return null
  return (
    <div>
      <span className={styles.label}>Trailers</span>
      <pre className={styles.trailers}>{message.trailers.join('\n')}</pre>
    </div>
  )
}

function syncWords(
  status: string,
  { nothing, mode }: { readonly nothing: boolean | undefined; readonly mode: LandingMode },
): string {
  if (status === 'loading') return 'The plan is being made.'
  if (status === 'failed') return 'Not without a plan.'
  if (nothing === undefined) return 'No plan yet.'
  if (nothing) return 'The cluster already is as it would be.'
  return mode === 'pull-request'
    ? 'Applies the plan on this page once it is merged, if it still is the same then.'
    : 'Applies the plan on this page once it is pushed.'
}
