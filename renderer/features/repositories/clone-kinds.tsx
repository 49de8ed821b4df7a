import { Button } from '@mantine/core'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Clone, CloneKind } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import type { Load } from '../../stores/load.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import { Note } from '../../ui/note.tsx'
import page from '../../ui/page.module.css'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'

const words: Readonly<Record<Exclude<CloneKind, 'shallow' | 'partial'>, string>> = {
  bare: 'A bare repository: it has no work tree, and what lands moves its branches.',
  linked: 'A linked work tree of another clone.',
  sparse: 'A sparse checkout: files that are not checked out are read from Git.',
  sha256: 'A SHA-256 repository.',
  grafts: 'It has grafts, which are not followed: history is what the commits say.',
  replaced: 'It has replace refs, which are not followed: history is what the commits say.',
}

const deepenBy = 500

/** What makes this clone unlike most, a sentence each; what it lacks can be fetched here, and never is by itself. */
export function CloneKinds({ clone }: { readonly clone: Clone }) {
  const plain = clone.kinds.filter((kind) => kind !== 'shallow' && kind !== 'partial')
  return (
    <>
      {plain.length === 0 ? null : <p className="faint">{plain.map((kind) => words[kind]).join(' ')}</p>}
      {clone.kinds.includes('shallow') ? <Shallow clone={clone} /> : null}
      {clone.kinds.includes('partial') ? <Partial clone={clone} /> : null}
    </>
  )
}

function Shallow({ clone }: { readonly clone: Clone }) {
  const { link } = useStores()
  const deepen = useAction((commits?: number) =>
    link.client.call('clones.deepen', {
      cloneId: clone.id,
      ...(commits === undefined ? {} : { commits }),
    }),
  )
  const running = deepen.state === 'running'
  return (
    <Note tone="info">
      <strong>A shallow clone: its history ends early.</strong> What came before cannot be seen or gone back
      to.
      <div className={page.buttons}>
        <Button variant="default" disabled={!clone.trusted || running} onClick={() => deepen.run(deepenBy)}>
          Fetch {deepenBy} commits more
        </Button>
        <Button variant="default" disabled={!clone.trusted || running} onClick={() => deepen.run()}>
          Fetch all of it
        </Button>
      </div>
      {deepen.failure === undefined ? null : <FailureView failure={deepen.failure} />}
    </Note>
  )
}

function Partial({ clone }: { readonly clone: Clone }) {
  const { link } = useStores()
  const missing = useMemo(() => createAsk(link, 'clones.missing'), [link])
  const load = useStore(missing.store)
  const fill = useAction(() => link.client.call('clones.fill', { cloneId: clone.id }))
  const { id } = clone
  const ended = fill.state === 'running' ? '' : clone.lastFetch?.at
  useEffect(() => void missing.ask({ cloneId: id }), [id, missing, ended])
  const objects = load.status === 'ready' ? load.value.objects : undefined
  return (
    <Note tone={objects === 0 ? 'info' : 'warn'}>
      <strong>A partial clone: {clone.remote ?? 'its remote'} alone has some of the files.</strong>{' '}
      {wordsOf(load)}
      {objects === undefined || objects === 0 ? null : (
        <div className={page.buttons}>
          <Button disabled={!clone.trusted} loading={fill.state === 'running'} onClick={() => fill.run()}>
            Fetch missing files
          </Button>
        </div>
      )}
      {load.status === 'failed' ? <FailureView failure={load.failure} /> : null}
      {fill.failure === undefined ? null : <FailureView failure={fill.failure} />}
    </Note>
  )
}

function wordsOf(load: Load<{ readonly objects: number }>): string {
  if (load.status === 'failed') return ''
  if (load.status !== 'ready') return 'Looking for what its apps lack.'
  const { objects } = load.value
  if (objects === 0) return 'All that its apps read is here.'
  return `Its apps lack ${objects} object${objects === 1 ? '' : 's'}; nothing is fetched until you say so.`
}
