import { Button } from '@mantine/core'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Clone } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import { LoadView } from '../../ui/load-view.tsx'
import { Note } from '../../ui/note.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'
import page from '../../ui/page.module.css'

/** Before the first use of the network in a clone: what its own configuration would make git run. */
export function TrustQuestion({ clone }: { readonly clone: Clone }) {
  const { link } = useStores()
  const inspect = useMemo(() => createAsk(link, 'clones.inspect'), [link])
  const load = useStore(inspect.store)
  const ask = () => void inspect.ask({ cloneId: clone.id })
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(ask, [clone.id, inspect])
  const trust = useAction((fingerprint: string) =>
    link.client.call('clones.trust', { cloneId: clone.id, fingerprint }),
  )
  return (
    <LoadView load={load} waitsFor="Reading the configuration of this clone." onRetry={ask}>
      {({ runs, fingerprint }) => (
        <Note
          tone="warn"
          action={
            <Button loading={trust.state === 'running'} onClick={() => trust.run(fingerprint)}>
              Trust this clone
            </Button>
          }
        >
          <strong>The network is not used in this clone yet.</strong>{' '}
          {runs.length === 0
            ? 'A fetch or push would run git and nothing else: its configuration names no other program.'
            : 'A fetch or push would also run what its configuration names:'}
          {runs.length === 0 ? null : <pre className={page.pre}>{runs.join('\n')}</pre>}
          {trust.failure === undefined ? null : <FailureView failure={trust.failure} onRetry={ask} />}
        </Note>
      )}
    </LoadView>
  )
}
