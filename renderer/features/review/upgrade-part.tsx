import type { Draft } from '#contract'
import { UpgradeCard } from '../upgrade/upgrade-card.tsx'
import styles from './review.module.css'

/** Source commits that the draft brings or takes back. */
export function UpgradePart({ draft }: { readonly draft: Draft }) {
  if (draft.conflicts.length > 0 || draft.manifests.length === 0) return null
  return (
    <div className={styles.upgrade}>
      <UpgradeCard appId={draft.appId} request={{ kind: 'draft', draftId: draft.id }} expected={false} />
    </div>
  )
}
