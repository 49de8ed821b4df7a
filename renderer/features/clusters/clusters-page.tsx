import { Button, ColorInput, Switch } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Connection, Context, Input } from '#contract'
import { Empty } from '../../ui/empty.tsx'
import { FailureView } from '../../ui/failure-view.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useNow } from '../../ui/use-now.ts'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import { connectionWords } from '../frame/connection-chips.tsx'
import styles from './clusters.module.css'

const swatches = [
  '#d9534f',
  '#e08a2b',
  '#c9a227',
  '#4f9d4f',
  '#2c8b86',
  '#3f7fd0',
  '#7a63d2',
  '#c05a9c',
  '#7b8696',
]

/** The contexts of the kubeconfigs, how they are connected, and how careful to be with them. */
export function ClustersPage() {
  const stores = useStores()
  const { contexts, apps } = useWorkspace()
  const { items } = useStore(stores.connections)
  if (contexts.length === 0)
    return (
      <Page title="Clusters">
        <Empty title="No context was found">
          <p>Set KUBECONFIG, or add a kubeconfig file in the settings.</p>
          <Button variant="default" onClick={() => stores.route.go({ page: 'settings' })}>
            Open settings
          </Button>
        </Empty>
      </Page>
    )
  return (
    <Page title="Clusters">
      <p className="dim">From your kubeconfig. A context connects only when something on screen needs it.</p>
      {contexts.map((context) => (
        <ContextCard
          key={context.name}
          context={context}
          connection={items.get(context.name)}
          apps={apps.filter(({ spec }) => spec.destination?.context === context.name).length}
        />
      ))}
    </Page>
  )
}

function ContextCard({
  context,
  connection,
  apps,
}: {
  readonly context: Context
  readonly connection: Connection | undefined
  readonly apps: number
}) {
  const { link } = useStores()
  const { settings } = useWorkspace()
  const { name, server, user, namespace, colour, current } = context
  const now = useNow()
  const save = useAction(async (change: NonNullable<Input<'settings.update'>['contexts']>[string]) => {
    const contexts = { ...settings?.contexts, [name]: { ...settings?.contexts[name], ...change } }
    await link.client.call('settings.update', { contexts })
  })
  const connect = useAction(() => link.client.call('connections.retry', { context: name }))
  return (
    <Card>
      <div className={styles.context} style={{ '--swatch': colour } as React.CSSProperties}>
        <div className={styles.about}>
          <h2 className="cut" title={name}>
            <span className={styles.swatch} aria-hidden />
            {context.protected ? <IconLock size={14} aria-label="protected" /> : null} {name}
            {current ? <span className="faint"> current</span> : null}
          </h2>
          <p className="dim cut" title={server}>
            {server}
          </p>
          <p className="faint">
            {user}, namespace {namespace === '' ? 'default' : namespace}, {apps} app{apps === 1 ? '' : 's'}
          </p>
        </div>
        <div className={styles.state}>
          <span>{connection === undefined ? 'idle' : connectionWords(connection, now)}</span>
          <span className="faint">
            {connection?.version === undefined ? '' : `Kubernetes ${connection.version}`}
            {connection?.weakIdentity === true ? ', identity not readable' : ''}
          </span>
          {connection?.state === 'live' ? null : (
            <Button variant="default" loading={connect.state === 'running'} onClick={connect.run}>
              Connect {name}
            </Button>
          )}
        </div>
        <div className={styles.care}>
          <Switch
            label="Protected"
            aria-label={`Protected: ${name}`}
            description="asks for its name before a commit or sync"
            checked={context.protected}
            onChange={(event) => save.run({ protected: event.currentTarget.checked })}
          />
          <ColorInput
            size="xs"
            aria-label={`Colour of ${name}`}
            format="hex"
            swatches={swatches}
            withEyeDropper={false}
            defaultValue={colour}
            key={colour}
            onChangeEnd={(value) => save.run({ colour: value })}
          />
        </div>
      </div>
      {connection?.failure === undefined ? null : (
        <FailureView failure={{ ...connection.failure, retryable: true }} onRetry={connect.run} />
      )}
      {[save, connect].map(({ failure }) =>
        failure === undefined ? null : <FailureView key={failure.message} failure={failure} />,
      )}
    </Card>
  )
}
