import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { App, AppSource } from '#contract'
import { withSources } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import { valueOf } from '../../stores/load.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import page from '../../ui/page.module.css'
import { useAction } from '../../ui/use-action.ts'
import { useApp, useStores } from '../../ui/use-stores.ts'
import { SourceFields } from './source-fields.tsx'
import styles from './upgrade.module.css'

/** Names the source clone of one image where it is missed; a proposal is filled in with its reason, and only saved when confirmed. */
export function NameSource({
  appId,
  image,
  onDone,
}: {
  readonly appId: string
  readonly image: string
  readonly onDone: () => void
}) {
  const app = useApp(appId)
  return app === undefined ? null : <SourceForm app={app} image={image} onDone={onDone} />
}

function SourceForm({
  app,
  image,
  onDone,
}: {
  readonly app: App
  readonly image: string
  readonly onDone: () => void
}) {
  const { link, route } = useStores()
  const { spec } = app
  const suggest = useMemo(() => createAsk(link, 'source.suggest'), [link])
  const found = valueOf(useStore(suggest.store))
  const [edited, setEdited] = useState<AppSource>()
  useEffect(() => void suggest.ask({ spec }), [suggest, spec])
  const proposal = found?.suggestions.find(({ source }) => source.image === image)
  const old = spec.sources?.find((source) => source.image === image)
  const source = edited ?? old ?? proposal?.source ?? { image, cloneId: '' }
  const save = useAction(async () => {
    const others = (spec.sources ?? []).filter((one) => one !== old && one.image !== source.image)
    await link.client.call('apps.update', { appId: app.id, spec: withSources(spec, [...others, source]) })
    onDone()
  })
  return (
    <form
      className={styles.form}
      aria-label={`Source clone of ${image}`}
      onSubmit={(event) => {
        event.preventDefault()
        save.run()
      }}
    >
      <SourceFields source={source} images={found?.images ?? []} onChange={setEdited} />
      {proposal === undefined || old !== undefined ? null : (
        <p className="dim">Proposed, since {proposal.why}.</p>
      )}
      {save.failure === undefined ? null : <FailureView failure={save.failure} />}
      <div className={page.buttons}>
        <Button type="submit" size="xs" disabled={source.cloneId === ''} loading={save.state === 'running'}>
          Save the source
        </Button>
        <Button variant="default" size="xs" onClick={onDone}>
          Cancel
        </Button>
        <Button variant="subtle" color="gray" size="xs" onClick={() => route.go({ page: 'repositories' })}>
          Add a clone
        </Button>
      </div>
    </form>
  )
}
