import { Button, Tabs } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { appTabs } from '../../stores/route.ts'
import type { AppTab, Route } from '../../stores/route.ts'
import { Empty } from '../../ui/empty.tsx'
import { useOperations, useSession, useStores } from '../../ui/use-stores.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { ExportHistory } from '../activity/export-history.tsx'
import { OperationList } from '../activity/operation-list.tsx'
import { ChangesTab } from '../changes/changes-tab.tsx'
import { CompareTab } from '../compare/compare-tab.tsx'
import { ReplicasTab } from '../replicas/replicas-tab.tsx'
import { TimelineTab } from '../timeline/timeline-tab.tsx'
import styles from './app.module.css'
import { AppHeader } from './app-header.tsx'
import { RunningNote } from './running-note.tsx'
import { TakeBack, useTakeBackKey } from './take-back.tsx'
import { Tray } from './tray.tsx'
import { keyText } from '../../stores/key-text.ts'

const titles: Readonly<Record<AppTab, string>> = {
  replicas: 'Replicas',
  timeline: 'Timeline',
  changes: 'Changes',
  compare: 'Compare',
  activity: 'Activity',
}

/** One app: the four answers, and below them what runs, how it came to be and what a sync would do. */
export function AppPage({ route }: { readonly route: Extract<Route, { page: 'app' }> }) {
  const stores = useStores()
  const { appId, tab } = route
  const session = useSession(appId)
  const row = useStore(stores.apps, ({ items }) => items.get(appId))
  const status = useStore(stores.apps, (state) => state.status)
  const operations = useOperations(appId)
  useSettledTray(appId)
  const [takingBack, setTakingBack] = useState(false)
  useTakeBackKey(useCallback(() => setTakingBack(true), []))
  if (row === undefined) {
    if (status !== 'ready') return <Waiting words="Reading the app." />
    return (
      <Empty title="There is no such app">
        <Button variant="default" onClick={() => stores.route.go({ page: 'apps' })}>
          Show all apps
        </Button>
      </Empty>
    )
  }
  return (
    <div className={styles.page}>
      <AppHeader row={row} />
      <RunningNote operations={operations} />
      <Tabs
        className={styles.tabs}
        value={tab}
        keepMounted={false}
        onChange={(value) => {
          const next = appTabs.find((one) => one === value)
          if (next !== undefined) stores.route.go({ page: 'app', appId, tab: next })
        }}
      >
        <Tabs.List>
          {appTabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {titles[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="replicas" className={styles.panel}>
          <ReplicasTab session={session} row={row} />
        </Tabs.Panel>
        <Tabs.Panel value="timeline" className={styles.panel}>
          <TimelineTab session={session} row={row} select={route.select} />
        </Tabs.Panel>
        <Tabs.Panel value="changes" className={styles.panel}>
          <ChangesTab session={session} row={row} />
        </Tabs.Panel>
        <Tabs.Panel value="compare" className={styles.panel}>
          <CompareTab session={session} row={row} select={route.select} />
        </Tabs.Panel>
        <Tabs.Panel value="activity" className={styles.panel}>
          <div className={styles.padded}>
            <div className={styles.tools}>
              <ExportHistory appId={appId} name={row.name} />
            </div>
            <OperationList operations={operations} appId={appId} />
          </div>
        </Tabs.Panel>
      </Tabs>
      <Tray appId={appId} />
      {takingBack ? <TakeBack appId={appId} onClose={() => setTakingBack(false)} /> : null}
    </div>
  )
}

/** Edits that Git has meanwhile leave the tray. */
function useSettledTray(appId: string): void {
  const stores = useStores()
  const load = useStore(useSession(appId).replicas.store)
  useEffect(() => {
    if (load.status !== 'ready') return
    const desired = load.value.workloads.flatMap(({ key, desired: count }) =>
      count === undefined ? [] : [[keyText(key), count] as const],
    )
    stores.tray.settle(appId, new Map(desired))
  }, [stores, appId, load])
}
