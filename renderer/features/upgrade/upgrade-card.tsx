import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { UpgradeRequest } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import { Note } from '../../ui/note.tsx'
import { useApp, useStores } from '../../ui/use-stores.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { UpgradeItem } from './upgrade-item.tsx'
import styles from './upgrade.module.css'

/** What is in an upgrade, image by image; nothing where no image changes. `expected`: an image is known to change, so that waiting is said. */
export function UpgradeCard({
  appId,
  request,
  expected,
}: {
  readonly appId: string
  readonly request: UpgradeRequest
  readonly expected: boolean
}) {
  const { link } = useStores()
  const upgrades = useMemo(() => createAsk(link, 'source.upgrades'), [link])
  const load = useStore(upgrades.store)
  const sources = useApp(appId)?.spec.sources
  const ask = () => void upgrades.ask(request)
  // Another source is another answer.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(ask, [upgrades, JSON.stringify(request), JSON.stringify(sources)])
  switch (load.status) {
    case 'idle':
    case 'loading':
      return expected ? <Waiting words="Looking into the source clone." /> : null
    case 'failed':
      return expected ? <FailureView failure={load.failure} onRetry={ask} appId={appId} /> : null
    default:
      if (load.value.upgrades.length === 0) return null
      return (
        <>
          <ul className={styles.list} aria-label="What is in this upgrade">
            {load.value.upgrades.map((upgrade) => (
              <UpgradeItem
                key={`${upgrade.image} ${upgrade.from} ${upgrade.to}`}
                appId={appId}
                upgrade={upgrade}
                alone={load.value.upgrades.length === 1}
                onFetched={ask}
              />
            ))}
          </ul>
          {load.value.more === 0 ? null : <Note tone="info">{load.value.more} more images change.</Note>}
        </>
      )
  }
}
