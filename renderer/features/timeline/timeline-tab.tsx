import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { AppRow, PodSquare, TimelineRow } from '#contract'
import type { AppSession } from '../../stores/session.ts'
import {
  foldTimeline,
  lastGood,
  orderTimeline,
  renderedCount,
  selectedCommit,
  stepSelection,
} from '../../stores/timeline-list.ts'
import type { TimelineItem } from '../../stores/timeline-list.ts'
import { filterTimeline, scopeOf } from '../../stores/timeline-filter.ts'
import { Empty } from '../../ui/empty.tsx'
import { FailureView } from '../../ui/failure-view.tsx'
import { noMarks, PodSquares } from '../../ui/squares.tsx'
import { useLetterKeys } from '../../ui/use-keys.ts'
import { useStores } from '../../ui/use-stores.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { pickBetween, togglePicked } from '../../stores/picked.ts'
import type { Picked, PickHow } from '../../stores/picked.ts'
import { FilterMenu } from './filter-menu.tsx'
import { CommitDetail } from './commit-detail.tsx'
import { PickedBar } from './picked-bar.tsx'
import styles from './timeline.module.css'
import { TimelineList } from './timeline-list.tsx'

const narrowMs = 250
/** The call takes no more; a window shows some fifty. */
const mostInView = 200

/** The commits that changed this app, newest first, and the chosen one in full. */
export function TimelineTab({
  session,
  row,
  select: asked,
}: {
  readonly session: AppSession
  readonly row: AppRow
  readonly select: string | undefined
}) {
  const { route, marks: markStore } = useStores()
  const { appId } = session
  const { status, items, failure, since } = useStore(session.timeline)
  const marks = useStore(markStore, ({ byApp }) => byApp.get(appId) ?? noMarks)
  const pods = usePods(session, row)
  const signatures = useStore(session.signatures.store, ({ known }) => known)
  const [text, setText] = useState('')
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const [lit, setLit] = useState<string>()
  const field = useRef<HTMLInputElement>(null)
  const rows = useMemo(() => orderTimeline(items.values()), [items])
  const select = selectedCommit(rows, asked)
  const searched = useDeferredValue(text)
  const list = useMemo(
    () => foldTimeline(filterTimeline(rows, searched), { opened, selected: select }),
    [rows, searched, opened, select],
  )
  const isWhole = useScope(session, searched)
  const [picked, setPicked] = useState<Picked>(new Set())
  const clear = () => setPicked(new Set())
  const choose = (oid: string | undefined) =>
    route.replace({ page: 'app', appId, tab: 'timeline', ...(oid === undefined ? {} : { select: oid }) })
  useFound(asked, select, choose)
  const click = (oid: string, { toggle, range }: PickHow) => {
    if (range && select !== undefined) setPicked(pickBetween(picked, list, { from: select, to: oid }))
    else if (toggle) setPicked(togglePicked(picked, oid, select))
    else choose(oid)
  }
  const step = (by: 1 | -1) => choose(stepSelection(list, select, by))
  useLetterKeys({
    '/': () => field.current?.focus(),
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    x: () => {
      if (select !== undefined) setPicked(togglePicked(picked, select))
    },
    Escape: () => (picked.size > 0 ? clear() : choose(undefined)),
  })
  if (status === 'failed' && failure !== undefined) return <FailureView failure={failure} appId={appId} />
  if (rows.length === 0 && status !== 'ready' && isWhole)
    return <Waiting key={since} words={`Reading the commits of ${row.branch} that changed ${row.name}.`} />
  if (rows.length === 0 && isWhole)
    return (
      <Empty title="No commit changed this app">
        <p>
          No commit of {row.branch} touched a file that rendering {row.path} reads.
        </p>
      </Empty>
    )
  const selected = select === undefined ? undefined : items.get(select)
  const rendered = renderedCount(rows)
  return (
    <div className={styles.tab} data-detail={selected !== undefined || undefined}>
      <section className={styles.left} aria-label="Timeline">
        <div className={styles.bar}>
          <TextInput
            ref={field}
            className="grow"
            aria-label="Search the timeline"
            placeholder="Search subject, author, sha, what changed  ( / )"
            leftSection={<IconSearch size={14} aria-hidden />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              setText('')
              event.currentTarget.blur()
            }}
          />
          <FilterMenu rows={rows} text={text} onChange={setText} />
          <span className="dim" role="status">
            {shownOf(list, rows.length)}
            {rendered < rows.length ? `rendered ${rendered} of ${rows.length}` : `${rows.length} commits`}
          </span>
          <PodSquares pods={pods} marks={marks} lit={lit ?? select} most={24} size="small" />
        </div>
        <Sought is={asked === lastGood && select === undefined} ready={status === 'ready'} />
        <PickedBar appId={appId} picked={picked} onClear={clear} />
        {list.length === 0 ? (
          <Empty title={hiddenWords(rows.length)} />
        ) : (
          <TimelineList
            items={list}
            marks={marks}
            pods={pods}
            selected={select}
            picked={picked}
            onSelect={click}
            onLight={setLit}
            signatures={signatures}
            onView={(seen) => tellView(session, seen)}
            onFold={(id) => setOpened(toggled(opened, id))}
            older={rows.length >= session.limit() ? session.showOlder : undefined}
          />
        )}
      </section>
      {selected === undefined ? null : (
        <CommitDetail
          key={selected.commit.oid}
          session={session}
          row={selected}
          signature={signatures.get(selected.commit.oid)}
          onClose={() => choose(undefined)}
        />
      )}
    </div>
  )
}

/** Which one is the last good may change: what was found stays chosen. */
function useFound(
  asked: string | undefined,
  select: string | undefined,
  choose: (oid: string | undefined) => void,
): void {
  useEffect(() => {
    if (asked === lastGood && select !== undefined) choose(select)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [asked, select])
}

/** Says that the commit which was asked for is not there, or not yet. */
function Sought({ is, ready }: { readonly is: boolean; readonly ready: boolean }) {
  if (!is) return null
  return (
    <p className={styles.sought} role="status">
      {ready
        ? 'No commit behind the live one is known to have run healthy.'
        : 'Looking for the last known good commit.'}
    </p>
  )
}

/** Asks the engine for the commits that the search names by path or branch. Answers whether that is the whole of the tracked branch. */
function useScope(session: AppSession, searched: string): boolean {
  const { paths, branches } = useStore(session.scope)
  useEffect(() => {
    // Each letter of a path would be another reading of the history.
    const timer = setTimeout(() => session.narrow(scopeOf(searched)), narrowMs)
    return () => clearTimeout(timer)
  }, [session, searched])
  return paths === undefined && branches === undefined
}

function hiddenWords(all: number): string {
  return all > 0 ? `The search hides all ${all} commits` : 'No commit touched this path of what the app reads'
}

/** What is in view is rendered first, then looked at as a place to go back to; its signatures are looked at too. */
function tellView({ focus, signatures }: AppSession, seen: readonly TimelineRow[]): void {
  focus(seen.map(({ index }) => index).slice(0, mostInView))
  signatures.see(seen.map(({ commit }) => commit.oid))
}

/** How many of the commits a search leaves, in front of their number. */
function shownOf(list: readonly TimelineItem[], all: number): string {
  const shown = list.reduce(
    (sum, item) => sum + (item.kind === 'fold' ? (item.open ? 0 : item.rows.length) : 1),
    0,
  )
  return shown === all ? '' : `${shown} of `
}

/** The app's pods: those of its open session, else those of its row. */
function usePods(session: AppSession, row: AppRow): readonly PodSquare[] {
  const load = useStore(session.replicas.store)
  return load.status === 'ready' ? load.value.workloads.flatMap(({ pods }) => pods) : row.pods
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}
