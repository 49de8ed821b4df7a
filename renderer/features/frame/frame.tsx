import { useState } from 'react'
import { useStore } from 'zustand'
import { isFresh, StartPage } from '../start/start-page.tsx'
import { useRoute, useStores, useWorkspace } from '../../ui/use-stores.ts'
import { DemoBanner } from './demo-banner.tsx'
import styles from './frame.module.css'
import { KeySheet } from './key-sheet.tsx'
import { LinkBanner } from './link-banner.tsx'
import { Pages } from './pages.tsx'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { TopBar } from './top-bar.tsx'
import { useFrameKeys } from './use-frame-keys.ts'
import { useRouteContext } from './use-route-context.ts'

/** Rail, top bar and the page between them; the context's colour on top. */
export function Frame() {
  const stores = useStores()
  const route = useRoute()
  const load = useStore(stores.workspace.store)
  const workspace = useWorkspace()
  const context = useRouteContext()
  const [open, setOpen] = useState<'keys' | 'palette'>()
  useFrameKeys({ onSheet: () => setOpen('keys'), onPalette: () => setOpen('palette') })
  const close = () => setOpen(undefined)
  const fresh = load.status === 'ready' && route.page === 'apps' && isFresh(workspace)
  return (
    <div
      className={styles.frame}
      style={{ '--context': context?.colour ?? 'transparent' } as React.CSSProperties}
    >
      <a className={styles.skip} href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <Rail />
      <TopBar onPalette={() => setOpen('palette')} onSheet={() => setOpen('keys')} />
      <main id="main" className={styles.main} tabIndex={-1}>
        <LinkBanner />
        <DemoBanner />
        {fresh ? <StartPage /> : <Pages />}
      </main>
      {open === 'keys' ? <KeySheet onClose={close} /> : null}
      {open === 'palette' ? <Palette onClose={close} /> : null}
    </div>
  )
}

/** The fragment holds the route, so the jump is made by hand. */
function skipToMain(event: React.MouseEvent): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
