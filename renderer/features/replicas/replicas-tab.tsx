import { useState } from 'react'
import { useStore } from 'zustand'
import type { AppRow, Commit, PodSquare } from '#contract'
import type { AppSession } from '../../stores/session.ts'
import { keyText } from '../../stores/key-text.ts'
import { Empty } from '../../ui/empty.tsx'
import { LoadView } from '../../ui/load-view.tsx'
import { Note } from '../../ui/note.tsx'
import { CommitDot, noMarks } from '../../ui/squares.tsx'
import { useLetterKeys } from '../../ui/use-keys.ts'
import { useStores } from '../../ui/use-stores.ts'
import styles from './replicas.module.css'
import { WorkloadRow } from './workload-row.tsx'

/** Each workload with its pods, coloured by the commit they run, and its count. */
export function ReplicasTab({ session, row }: { readonly session: AppSession; readonly row: AppRow }) {
  const load = useStore(session.replicas.store)
  const [lit, setLit] = useState<string>()
  useLetterKeys({
    s: () => document.querySelector<HTMLInputElement>('input[type="number"]:not(:disabled)')?.focus(),
  })
  return (
    <div className={styles.tab}>
      <LoadView
        load={load}
        waitsFor={`Reading the workloads of ${row.name}${row.destination === undefined ? '' : ` from ${row.destination.context}`}.`}
        onRetry={session.replicas.start}
      >
        {({ workloads, live, failure }) => (
          <>
            {failure === undefined ? null : (
              <Note tone="warn">
                {failure.message} <span className="faint">{failure.code}</span>
              </Note>
            )}
            {live || failure !== undefined ? null : (
              <Note tone="info">The counts are from Git; the cluster is not connected.</Note>
            )}
            {workloads.length === 0 ? (
              <Empty title="No workloads">
                <p>No manifest of this app runs pods.</p>
              </Empty>
            ) : (
              <>
                <Legend
                  session={session}
                  pods={workloads.flatMap(({ pods }) => pods)}
                  lit={lit}
                  onLight={setLit}
                />
                <ul className={styles.workloads} aria-label="Workloads">
                  {workloads.map((workload) => (
                    <WorkloadRow
                      key={keyText(workload.key)}
                      appId={session.appId}
                      workload={workload}
                      lit={lit}
                    />
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </LoadView>
    </div>
  )
}

/** Which colour and letter is which commit; pointing at one lights its pods. */
function Legend({
  session,
  pods,
  lit,
  onLight,
}: {
  readonly session: AppSession
  readonly pods: readonly PodSquare[]
  readonly lit: string | undefined
  readonly onLight: (oid: string | undefined) => void
}) {
  const { marks: store, route } = useStores()
  const marks = useStore(store, ({ byApp }) => byApp.get(session.appId) ?? noMarks)
  const { items } = useStore(session.timeline)
  const counts = new Map<string, number>()
  for (const { commit } of pods) if (commit !== undefined) counts.set(commit, (counts.get(commit) ?? 0) + 1)
  const unknown = pods.filter(({ commit }) => commit === undefined).length
  if (counts.size === 0 && unknown === 0) return null
  return (
    <ul className={styles.legend} aria-label="Commits that run here">
      {[...counts].map(([oid, count]) => (
        <li key={oid}>
          <button
            type="button"
            className={styles.commit}
            aria-pressed={lit === oid}
            onPointerEnter={() => onLight(oid)}
            onPointerLeave={() => onLight(undefined)}
            onFocus={() => onLight(oid)}
            onBlur={() => onLight(undefined)}
            onClick={() => route.go({ page: 'app', appId: session.appId, tab: 'timeline', select: oid })}
          >
            <CommitDot mark={marks.get(oid)} />
            <code className="mono">{oid.slice(0, 7)}</code>
            <span className="cut">{subjectOf(items.get(oid)?.commit)}</span>
            <span className="faint">
              {count} pod{count === 1 ? '' : 's'}
            </span>
          </button>
        </li>
      ))}
      {unknown === 0 ? null : (
        <li className={styles.commit}>
          <CommitDot mark={undefined} /> <span className="dim">commit not known, {unknown} pods</span>
        </li>
      )}
    </ul>
  )
}

function subjectOf(commit: Commit | undefined): string {
  return commit?.subject ?? ''
}
