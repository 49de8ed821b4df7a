import { useStore } from 'zustand'
import { Note } from '../../ui/note.tsx'
import { LoadView } from '../../ui/load-view.tsx'
import { useApp, useStores } from '../../ui/use-stores.ts'
import { PlanView } from '../changes/plan-view.tsx'
import styles from './review.module.css'

/** What a sync of the result would do in the cluster, before the commit exists. */
export function PlanPart({ appId }: { readonly appId: string }) {
  const { review } = useStores()
  const { plan, draft } = useStore(review.store)
  const destination = useApp(appId)?.spec.destination
  const blocked =
    draft.status === 'ready' && (draft.value.conflicts.length > 0 || draft.value.needs.length > 0)
  return (
    <section aria-label="Cluster plan">
      <h2 className={styles.heading}>Cluster</h2>
      {plan.status === 'idle' ? (
        <Note tone="info">
          {blocked
            ? 'The plan is made once the questions above are answered.'
            : 'There is no plan for this draft.'}
        </Note>
      ) : (
        <LoadView
          load={plan}
          waitsFor={`Asking ${destination?.context ?? 'the cluster'} what the result would change.`}
          onRetry={() => void review.replan()}
        >
          {(value) => <PlanView plan={value} />}
        </LoadView>
      )}
    </section>
  )
}
