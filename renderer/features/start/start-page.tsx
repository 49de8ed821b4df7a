import { Button } from '@mantine/core'
import { IconSailboat } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { valueOf } from '../../stores/load.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import page from '../../ui/page.module.css'
import { Card } from '../../ui/page.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import { AddClone } from '../repositories/add-clone.tsx'
import styles from './start.module.css'

/** The first minute: a clone of one's own, or the demo beside it. */
export function StartPage() {
  const stores = useStores()
  const { contexts } = useWorkspace()
  const about = valueOf(useStore(stores.about.store))
  const demo = useAction(async () => {
    await stores.link.client.call('demo.open', {})
    await stores.about.ask({})
    stores.startAgain()
  })
  return (
    <div className={styles.start}>
      <header className={styles.hello}>
        <img src="./favicon.svg" alt="" width={52} height={52} />
        <div>
          <h1>Welcome to Wheelhouse</h1>
          <p className="dim">
            Know what runs in your clusters, change it by commit, and go back safely. Nothing is installed in
            a cluster; Git stays the only source of truth.
          </p>
        </div>
      </header>
      <div className={styles.columns}>
        <AddClone />
        <Card title="Or look around first">
          <p className="dim">
            The demo is a real Git repository with a small shop in it and a simulated cluster. Its newest
            release crashes: go back to the last good commit and watch the cluster follow.
          </p>
          {demo.failure === undefined ? null : <FailureView failure={demo.failure} onRetry={demo.run} />}
          <Button
            size="sm"
            leftSection={<IconSailboat size={17} aria-hidden />}
            loading={demo.state === 'running'}
            disabled={about?.demo === 'off'}
            onClick={demo.run}
          >
            Open the demo
          </Button>
        </Card>
      </div>
      <Card
        title={
          contexts.length === 0 ? 'No context was found' : `${contexts.length} contexts in your kubeconfig`
        }
      >
        {contexts.length === 0 ? (
          <p className="dim">
            Set KUBECONFIG or add a file in the <a href="#/settings">settings</a>. Timelines and drafts work
            without a cluster.
          </p>
        ) : (
          <ul className={page.rows} aria-label="Contexts">
            {contexts.slice(0, 8).map((context) => (
              <li key={context.name}>
                <span className={styles.swatch} style={{ background: context.colour }} aria-hidden />
                <b>{context.name}</b>
                <span className="dim cut grow" title={context.server}>
                  {context.server}
                </span>
                <span className="faint">{context.protected ? 'protected' : ''}</span>
              </li>
            ))}
          </ul>
        )}
        <p className="faint">
          {contexts.length === 0 ? '' : 'None of them was connected to. '}
          <a href="#/doctor">Run the doctor</a> to see whether git and sign-in programs are found.
        </p>
      </Card>
    </div>
  )
}
