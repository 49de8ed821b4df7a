import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { Clone, DiscoveredApp } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import { Empty } from '../../ui/empty.tsx'
import { LoadView } from '../../ui/load-view.tsx'
import page from '../../ui/page.module.css'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import { AppForm } from './app-form.tsx'

/** What a clone holds: proposals, each with its evidence, to be confirmed one by one. */
export function Discover({ clone }: { readonly clone: Clone }) {
  const { link } = useStores()
  const { apps } = useWorkspace()
  const discover = useMemo(() => createAsk(link, 'apps.discover', { keep: true }), [link])
  const load = useStore(discover.store)
  const ask = () => void discover.ask({ cloneId: clone.id })
  // An app that was added or removed changes what is known.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(ask, [clone.id, discover, apps.length])
  return (
    <LoadView load={load} waitsFor={`Looking for apps in ${clone.name}.`} onRetry={ask}>
      {(found) =>
        found.length === 0 ? (
          <Empty title="No app was found in this clone">
            <p>
              Looked for kustomizations that are no base of another, charts with values, and folders of
              manifests.
            </p>
          </Empty>
        ) : (
          <ul className={page.rows} aria-label={`Apps in ${clone.name}`}>
            {found.map((one) => (
              <Proposal key={`${one.spec.path} ${one.spec.name}`} found={one} />
            ))}
          </ul>
        )
      }
    </LoadView>
  )
}

function Proposal({ found }: { readonly found: DiscoveredApp }) {
  const { route } = useStores()
  const { apps } = useWorkspace()
  const [editing, setEditing] = useState(false)
  const { spec, why, known } = found
  const app = apps.find((one) => one.spec.cloneId === spec.cloneId && one.spec.name === spec.name)
  if (editing)
    return (
      <li>
        <AppForm
          {...(app === undefined ? { spec } : { spec: app.spec, appId: app.id })}
          onDone={() => setEditing(false)}
        />
      </li>
    )
  return (
    <li>
      <div className="grow">
        <b>{spec.name}</b> <span className="faint">{spec.tool}</span>
        <div className="dim cut" title={spec.path}>
          {spec.path}: {why}
        </div>
      </div>
      {known ? (
        <>
          <Button
            variant="subtle"
            color="gray"
            disabled={app === undefined}
            aria-label={`Edit ${spec.name}`}
            onClick={() => setEditing(true)}
          >
            Edit
          </Button>
          <Button
            variant="default"
            disabled={app === undefined}
            onClick={() => app !== undefined && route.go({ page: 'app', appId: app.id, tab: 'replicas' })}
          >
            Open {spec.name}
          </Button>
        </>
      ) : (
        <Button onClick={() => setEditing(true)}>Add {spec.name}</Button>
      )}
    </li>
  )
}
