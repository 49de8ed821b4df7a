import { ActionIcon, Button } from '@mantine/core'
import { IconArrowBackUp, IconArrowsDiff, IconCopy, IconRotate, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { DraftAction, Signature, TimelineRow } from '#contract'
import type { AppSession } from '../../stores/session.ts'
import { comparisonText } from '../../stores/comparison-text.ts'
import { spellTime } from '../../stores/duration.ts'
import { changesImage } from '../../stores/upgrade-words.ts'
import { LoadView } from '../../ui/load-view.tsx'
import { Note } from '../../ui/note.tsx'
import { useStores } from '../../ui/use-stores.ts'
import { ChangedFields } from '../blame/changed-fields.tsx'
import { UpgradeCard } from '../upgrade/upgrade-card.tsx'
import { CommitFiles } from './commit-files.tsx'
import { CommitObjects } from './commit-objects.tsx'
import { MarkList } from './mark-chips.tsx'
import { SignatureIcon, signatureWords } from './signature-icon.tsx'
import styles from './timeline.module.css'
import { Chips } from './timeline-rows.tsx'

/** The chosen commit in full, and the two ways back. */
export function CommitDetail({
  session,
  row,
  signature,
  onClose,
}: {
  readonly session: AppSession
  readonly row: TimelineRow
  readonly signature: Signature | undefined
  readonly onClose: () => void
}) {
  const { review, route } = useStores()
  const { appId } = session
  const { commit } = row
  const load = useStore(session.commit.store)
  const ask = () => void session.commit.ask({ appId, commit: commit.oid })
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(ask, [commit.oid])
  const draft = (action: DraftAction) => {
    void review.begin(appId, action)
    route.go({ page: 'review', appId })
  }
  const current =
    load.status === 'ready' && load.value.commit.oid !== commit.oid ? { status: 'idle' as const } : load
  return (
    <section className={styles.detail} aria-label="Commit">
      <header className={styles.detailHead}>
        <div className="spread">
          <h2 className="grow">{commit.subject}</h2>
          <ActionIcon variant="subtle" color="gray" aria-label="Close the commit" onClick={onClose}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </div>
        <p className="dim">
          {commit.author.name} &lt;{commit.author.email}&gt;, {spellTime(commit.committedAt)}
        </p>
        <p>
          <code className="mono">{commit.oid}</code>
        </p>
        {signature === undefined || signature.status === 'none' ? null : (
          <p className={styles.signed}>
            <SignatureIcon signature={signature} /> {signatureWords(signature).replaceAll('\n', ', ')}
          </p>
        )}
        <div className={styles.actions}>
          <Button
            leftSection={<IconArrowBackUp size={15} aria-hidden />}
            onClick={() => draft({ kind: 'return', commit: commit.oid })}
          >
            Return to this commit
          </Button>
          {canUndo(row) ? (
            <Button
              variant="default"
              leftSection={<IconRotate size={15} aria-hidden />}
              onClick={() => draft({ kind: 'undo', commits: [commit.oid] })}
            >
              Undo this commit
            </Button>
          ) : null}
          <Button
            variant="default"
            leftSection={<IconArrowsDiff size={15} aria-hidden />}
            onClick={() =>
              route.go({
                page: 'app',
                appId,
                tab: 'compare',
                select: comparisonText({ kind: 'live' }, { kind: 'revision', revision: commit.oid }),
              })
            }
          >
            Compare with live
          </Button>
          {commit.parents.length > 1 ? (
            <Button
              variant="default"
              title="Keeps what the merged branch brought and takes back what happened on this one"
              onClick={() => draft({ kind: 'undo', commits: [commit.oid], mainline: 2 })}
            >
              Undo against {commit.parents[1]?.slice(0, 7)}
            </Button>
          ) : null}
          <CopyButton text={commit.oid} />
        </div>
        <p className="faint">{waysBack(row)}</p>
        <MarkList marks={row.marks} />
      </header>
      <LoadView load={current} waitsFor={`Reading ${commit.oid.slice(0, 7)}.`} onRetry={ask}>
        {({ message, files, manifests, changes, problems }) => (
          <div className={styles.detailBody}>
            {bodyOf(message) === '' ? null : <pre className={styles.message}>{bodyOf(message)}</pre>}
            {problems.map((problem) => (
              <Note key={problem.message} tone="warn">
                {problem.file === undefined ? '' : `${problem.file}:${problem.line ?? 1}: `}
                {problem.message}
              </Note>
            ))}
            <Chips changes={changes} most={30} />
            {changes.length === 0 ? null : (
              <UpgradeCard
                appId={appId}
                request={{ kind: 'commit', appId, commit: commit.oid }}
                expected={changesImage(changes)}
              />
            )}
            <CommitFiles
              files={files}
              onUndo={(paths) => draft({ kind: 'undo', commits: [commit.oid], paths })}
            />
            <CommitObjects
              manifests={manifests}
              above={(one) => <ChangedFields manifest={one} appId={appId} revision={commit.oid} />}
              onUndo={
                canUndo(row)
                  ? (objects) => draft({ kind: 'undo', commits: [commit.oid], objects })
                  : undefined
              }
            />
          </div>
        )}
      </LoadView>
    </section>
  )
}

/** What a commit did in another folder, or on another branch, is nothing that could be taken back here. */
function canUndo({ aside, at, movedFrom }: TimelineRow): boolean {
  return aside?.branch === undefined && at === undefined && movedFrom === undefined
}

function waysBack(row: TimelineRow): string {
  if (row.aside?.branch !== undefined)
    return `This commit is only on ${row.aside.branch}. Return makes this app as it was there, by a commit on the tracked branch, which is shown first.`
  if (row.at !== undefined)
    return `The app lived at ${row.at} then. Return writes what was there into the folder of today, if it renders the same; it is shown first.`
  if (row.movedFrom !== undefined)
    return `This commit moved the app's folder from ${row.movedFrom}. Return makes this app as it was at this commit; it is shown first.`
  return 'Return makes this app as it was at this commit. Undo reverses only what this commit did. Both are shown first.'
}

/** The message below its subject. */
function bodyOf(message: string): string {
  return message.split('\n').slice(1).join('\n').trim()
}

function CopyButton({ text }: { readonly text: string }) {
  const [words, setWords] = useState('Copy sha')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setWords('Copied'),
      () => setWords('Copy was refused'),
    )
  return (
    <Button variant="default" leftSection={<IconCopy size={15} aria-hidden />} onClick={() => void copy()}>
      <span aria-live="polite">{words}</span>
    </Button>
  )
}
