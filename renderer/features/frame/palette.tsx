import { Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { App } from '#contract'
import { toHash } from '../../stores/route.ts'
import type { Route } from '../../stores/route.ts'
import { lastGood } from '../../stores/timeline-list.ts'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import { useRouteAppId } from './use-route-context.ts'
import styles from './frame.module.css'

type Target = { readonly words: string; readonly more: string; readonly route: Route }

const pages: readonly Target[] = [
  { words: 'Apps', more: 'page', route: { page: 'apps' } },
  { words: 'Activity', more: 'page', route: { page: 'activity' } },
  { words: 'Clusters', more: 'page', route: { page: 'clusters' } },
  { words: 'Repositories', more: 'page', route: { page: 'repositories' } },
  { words: 'Settings', more: 'page', route: { page: 'settings' } },
  { words: 'Doctor', more: 'page', route: { page: 'doctor' } },
]
const most = 50

function lastGoodOf(app: App | undefined): readonly Target[] {
  if (app === undefined) return []
  const route = { page: 'app', appId: app.id, tab: 'timeline', select: lastGood } as const
  return [{ words: 'Last known good commit', more: app.spec.name, route }]
}

/** Goes to an app or a page by a few letters of its name. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { route } = useStores()
  const { apps } = useWorkspace()
  const here = useRouteAppId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const targets: readonly Target[] = [
    ...apps.map(({ id, spec }) => ({
      words: spec.name,
      more:
        spec.destination === undefined
          ? spec.path
          : `${spec.destination.context} / ${spec.destination.namespace}`,
      route: { page: 'app', appId: id, tab: 'replicas' } as const,
    })),
    ...lastGoodOf(apps.find(({ id }) => id === here)),
    ...pages,
  ]
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = targets
    .filter((target) => words.every((word) => `${target.words} ${target.more}`.toLowerCase().includes(word)))
    .slice(0, most)
  const go = (target: Target | undefined) => {
    if (target === undefined) return
    route.go(target.route)
    onClose()
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else if (event.key === 'Enter') go(found[at])
    else return
    event.preventDefault()
  }
  return (
    <Modal opened onClose={onClose} title="Go to" size="md" yOffset="12vh" centered={false}>
      <TextInput
        data-autofocus
        aria-label="App or page"
        placeholder="App or page"
        value={text}
        role="combobox"
        aria-expanded
        aria-controls="palette-results"
        onChange={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-results" role="listbox" aria-label="Results" className={styles.results}>
        {found.map((target, index) => (
          <li
            key={toHash(target.route)}
            role="option"
            aria-selected={index === at}
            className={styles.result}
            onClick={() => go(target)}
            onKeyDown={onKeyDown}
          >
            <span className="cut">{target.words}</span>
            <span className="faint cut">{target.more}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="dim">Nothing has this in its name.</p> : null}
    </Modal>
  )
}
