import { Button, Progress } from '@mantine/core'
import { useRef, useState } from 'react'
import type { Clone } from '#contract'
import { spellSeconds } from '../../stores/duration.ts'
import { Age } from '../../ui/age.tsx'
import { FailureView } from '../../ui/failure-view.tsx'
import { Note } from '../../ui/note.tsx'
import page from '../../ui/page.module.css'
import { Card } from '../../ui/page.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useNow } from '../../ui/use-now.ts'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import { CloneKinds } from './clone-kinds.tsx'
import { Discover } from './discover.tsx'
import { LeftLockNote } from './left-lock.tsx'
import { TrustQuestion } from './trust-question.tsx'

/** One clone: where it is, how fresh it is, and what it holds. */
export function CloneCard({ clone, open }: { readonly clone: Clone; readonly open: boolean }) {
  const { link } = useStores()
  const { apps } = useWorkspace()
  const [discovering, setDiscovering] = useState(open)
  const ending = useRef<AbortController>(undefined)
  const fetchNow = useAction(() => {
    ending.current = new AbortController()
    return link.client.call('clones.fetch', { cloneId: clone.id }, { signal: ending.current.signal })
  })
  const remove = useAction(() => link.client.call('clones.remove', { cloneId: clone.id }))
  const held = apps.filter(({ spec }) => spec.cloneId === clone.id)
  // Who cancelled it knows.
  const failures = [fetchNow.failure, remove.failure]
    .filter((one) => one !== undefined)
    .filter(({ code }) => code !== 'CANCELLED')
  return (
    <Card title={clone.name}>
      <p className="dim cut" title={clone.path}>
        <code className="mono">{clone.path}</code>
      </p>
      <p className="faint">
        {clone.branch === undefined ? 'no branch checked out' : `on ${clone.branch}`}, {remoteWords(clone)},{' '}
        {clone.lastFetch === undefined ? (
          'never fetched from here'
        ) : (
          <>
            fetched <Age at={clone.lastFetch.at} suffix=" ago" />
          </>
        )}
        <NextTry at={clone.nextFetchAt} />, {held.length} app{held.length === 1 ? '' : 's'}
      </p>
      {clone.lastFetch?.failure === undefined ? null : (
        <Note tone="warn">The last fetch failed: {clone.lastFetch.failure}</Note>
      )}
      {clone.problem === undefined ? null : <FailureView failure={{ ...clone.problem, retryable: false }} />}
      {clone.leftLock === undefined ? null : <LeftLockNote cloneId={clone.id} lock={clone.leftLock} />}
      {clone.trusted || clone.remote === undefined ? null : <TrustQuestion clone={clone} />}
      <CloneKinds clone={clone} />
      {clone.fetching === undefined ? null : <Fetching {...clone.fetching} />}
      {failures.map((failure) => (
        <FailureView key={failure.message} failure={failure} />
      ))}
      <div className={page.buttons}>
        <Button
          aria-expanded={discovering}
          variant={discovering ? 'default' : 'filled'}
          onClick={() => setDiscovering(!discovering)}
        >
          {discovering ? 'Hide apps' : 'Discover apps'}
        </Button>
        <Button
          variant="default"
          disabled={!clone.trusted}
          loading={fetchNow.state === 'running'}
          onClick={fetchNow.run}
        >
          Fetch
        </Button>
        {fetchNow.state === 'running' ? (
          <Button variant="default" onClick={() => ending.current?.abort()}>
            Cancel the fetch
          </Button>
        ) : null}
        <RemoveButton held={held.length} name={clone.name} onRemove={remove.run} />
      </div>
      {discovering ? <Discover clone={clone} /> : null}
    </Card>
  )
}

/** How far the fetch is, in git's own phases. */
function Fetching({ progress }: NonNullable<Clone['fetching']>) {
  const words =
    progress === undefined
      ? 'Asking the remote'
      : `${progress.phase}: ${progress.done}${progress.total === undefined ? '' : ` of ${progress.total}`}`
  return (
    <div role="status">
      <p className="faint">{words}</p>
      <Progress size="sm" animated value={progress?.percent ?? 100} aria-label="Fetching" />
    </div>
  )
}

/** When the background fetches again: later after failures, not at all while the network is away or costs. */
function NextTry({ at }: { readonly at: string | undefined }) {
  const now = useNow()
  if (at === undefined) return null
  const seconds = Math.max(1, Math.ceil((Date.parse(at) - now) / 1000))
  return <>, next try in {spellSeconds(seconds)}</>
}

function remoteWords({ remote, remoteUrl }: Clone): string {
  return remote === undefined
    ? 'no remote'
    : `remote ${remote}${remoteUrl === undefined ? '' : ` (${remoteUrl})`}`
}

/** Takes the clone off the list; its folder stays. Asked twice when apps would go with it. */
function RemoveButton({
  held,
  name,
  onRemove,
}: {
  readonly held: number
  readonly name: string
  readonly onRemove: () => void
}) {
  const [asked, setAsked] = useState(false)
  if (!asked)
    return (
      <Button variant="subtle" color="gray" onClick={() => (held === 0 ? onRemove() : setAsked(true))}>
        Remove from the list
      </Button>
    )
  return (
    <span className="spread" role="group" aria-label={`Remove ${name}`}>
      <Button variant="default" onClick={() => setAsked(false)} autoFocus>
        Keep it
      </Button>
      <Button color="red" variant="outline" onClick={onRemove}>
        Remove it and its {held} app{held === 1 ? '' : 's'} from the list
      </Button>
      <span className="dim">The folder and the cluster stay as they are.</span>
    </span>
  )
}
