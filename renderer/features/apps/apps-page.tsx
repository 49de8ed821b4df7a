import { Button, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { facetsOf, filterApps, isFiltering, noFilter, orderApps } from '../../stores/app-list.ts'
import type { AppFilter } from '../../stores/app-list.ts'
import { Empty } from '../../ui/empty.tsx'
import { FailureView } from '../../ui/failure-view.tsx'
import { useLetterKeys } from '../../ui/use-keys.ts'
import { useStores } from '../../ui/use-stores.ts'
import { Waiting } from '../../ui/waiting.tsx'
import styles from './apps.module.css'
import { AppsTable } from './apps-table.tsx'
import { Facets } from './facets.tsx'

/** All apps, those that need attention first. */
export function AppsPage() {
  const stores = useStores()
  const { status, items, failure } = useStore(stores.apps)
  const [filter, setFilter] = useState<AppFilter>(noFilter)
  const field = useRef<HTMLInputElement>(null)
  const all = useMemo(() => orderApps(items.values()), [items])
  const used = useDeferredValue(filter)
  const rows = useMemo(() => filterApps(all, used), [all, used])
  const facets = useMemo(() => facetsOf(all, used), [all, used])
  useLetterKeys({ '/': () => field.current?.focus() })
  if (status === 'failed' && failure !== undefined && items.size === 0)
    return <FailureView failure={failure} onRetry={stores.startAgain} />
  if (status !== 'ready' && items.size === 0) return <Waiting words="Reading the workspace and its clones." />
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <h1>Apps</h1>
        <span className="dim">
          {rows.length === all.length ? all.length : `${rows.length} of ${all.length}`}
        </span>
        <TextInput
          ref={field}
          className={styles.search}
          aria-label="Filter apps"
          placeholder="Filter by name, path, cluster, commit  ( / )"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            setFilter({ ...filter, text: '' })
            event.currentTarget.blur()
          }}
        />
        <Button variant="default" onClick={() => stores.route.go({ page: 'repositories' })}>
          Add apps
        </Button>
      </header>
      <Facets facets={facets} filter={filter} onChange={setFilter} rows={all} />
      {failure === undefined ? null : <FailureView failure={failure} onRetry={stores.startAgain} />}
      {rows.length > 0 ? (
        <AppsTable rows={rows} />
      ) : isFiltering(filter) ? (
        <Empty title={`The filter hides ${all.length === 1 ? 'the only app' : `all ${all.length} apps`}`}>
          <Button variant="default" onClick={() => setFilter(noFilter)}>
            Clear the filter
          </Button>
        </Empty>
      ) : (
        <Empty title="No apps yet">
          <p>A clone is here; discover which apps it holds and confirm those you want to follow.</p>
          <Button onClick={() => stores.route.go({ page: 'repositories' })}>Discover apps</Button>
        </Empty>
      )}
    </div>
  )
}
