import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { AppRow, CompareRequest, Comparison, Side } from '#contract'
import { comparisonText, parseComparison } from '../../stores/comparison-text.ts'
import type { AppSession } from '../../stores/session.ts'
import { orderTimeline } from '../../stores/timeline-list.ts'
import { LoadView } from '../../ui/load-view.tsx'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import styles from './compare.module.css'
import { ComparisonView } from './comparison-view.tsx'
import { ExportComparison } from './export-comparison.tsx'
import { SideField } from './side-field.tsx'
import type { SideChoices } from './side-field.tsx'

/** Any two sides of the app, in what they mean and file by file. The address holds the two. */
export function CompareTab({
  session,
  row,
  select,
}: {
  readonly session: AppSession
  readonly row: AppRow
  readonly select: string | undefined
}) {
  const { route } = useStores()
  const { appId } = session
  const sides = useMemo(() => parseComparison(select) ?? usualSides(row), [select, row])
  const text = comparisonText(sides.from, sides.to)
  const choices = useChoices(session, row)
  const load = useStore(session.compare.store)
  const request: CompareRequest = { appId, ...sides }
  const ask = () => void session.compare.ask(request)
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(ask, [appId, text])
  const show = (from: Side, to: Side) =>
    route.replace({ page: 'app', appId, tab: 'compare', select: comparisonText(from, to) })
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <SideField
          label="From"
          side={sides.from}
          choices={choices}
          onChange={(from) => show(from, sides.to)}
        />
        <Tooltip label="Swap the sides">
          <ActionIcon
            variant="default"
            size={30}
            aria-label="Swap the sides"
            onClick={() => show(sides.to, sides.from)}
          >
            <IconArrowsExchange size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <SideField label="To" side={sides.to} choices={choices} onChange={(to) => show(sides.from, to)} />
        <ExportComparison request={request} name={row.name} disabled={load.status !== 'ready'} />
      </div>
      <LoadView load={load} waitsFor={`Comparing ${text.replace(' ... ', ' with ')}.`} onRetry={ask}>
        {(comparison) => (
          <ComparisonView comparison={comparison} appId={appId} revision={tracedAt(comparison, sides)} />
        )}
      </LoadView>
    </div>
  )
}

/** What is not committed has no author yet, and another app's files are not this one's: the newer side that is a commit of this app. */
function tracedAt(
  { from, to }: Comparison,
  sides: { readonly from: Side; readonly to: Side },
): string | undefined {
  if (sides.to.kind === 'revision' && to.oid !== undefined) return to.oid
  return sides.from.kind === 'revision' ? from.oid : undefined
}

/** What has been changed on the disk since the branch: nobody else shows it, and it needs no cluster. */
function usualSides({ branch }: AppRow): { readonly from: Side; readonly to: Side } {
  return { from: { kind: 'revision', revision: branch }, to: { kind: 'worktree' } }
}

function useChoices(session: AppSession, row: AppRow): SideChoices {
  const { apps, link } = useStores()
  const rows = useStore(apps, ({ items }) => items)
  const timeline = useStore(session.timeline, ({ items }) => items)
  const workspace = useWorkspace()
  const cloneId = workspace.apps.find(({ id }) => id === row.id)?.spec.cloneId
  const [branches, setBranches] = useState<readonly string[]>([])
  useEffect(() => {
    if (cloneId === undefined) return undefined
    const ending = new AbortController()
    // Without the list a branch can still be typed.
    link.client
      .call('clones.branches', { cloneId }, { signal: ending.signal })
      .then(setBranches, () => undefined)
    return () => ending.abort()
  }, [link, cloneId])
  return useMemo(
    () => ({
      branches,
      apps: [...rows.values()]
        .filter(({ id }) => id !== row.id)
        .map(({ id, name }) => ({ id, name }))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
      commits: orderTimeline(timeline.values()).map(({ commit }) => commit),
      hasDestination: row.destination !== undefined,
    }),
    [branches, rows, timeline, row.id, row.destination],
  )
}
