import { lazy, Suspense, useState } from 'react'
import { useStore } from 'zustand'
import { isFresh } from '../start/is-fresh.ts'
import { useRoute, useStores, useWorkspace } from '../../ui/use-stores.ts'
import { DemoBanner } from './demo-banner.tsx'
import styles from './frame.module.css'
import { GitBanner } from './git-banner.tsx'
import { LinkBanner } from './link-banner.tsx'
import { Pages } from './pages.tsx'
import { Rail } from './rail.tsx'
import { TopBar } from './top-bar.tsx'
import { useFrameKeys } from './use-frame-keys.ts'
import { useRouteContext } from './use-route-context.ts'

const StartPage = lazy(() => import('../start/start-page.tsx').then((room) => ({ default: room.StartPage })))
const KeySheet = lazy(() => import('./key-sheet.tsx').then((room) => ({ default: room.KeySheet })))
const AskedDialog = lazy(() =>
  import('../questions/asked-dialog.tsx').then((room) => ({ default: room.AskedDialog })),
)
const Palette = lazy(() => import('./palette.tsx').then((room) => ({ default: room.Palette })))

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
        <GitBanner />
        <DemoBanner />
        <Suspense>{fresh ? <StartPage /> : <Pages />}</Suspense>
      </main>
      <Suspense>
        <AskedDialog />
        {open === 'keys' ? <KeySheet onClose={close} /> : null}
        {open === 'palette' ? <Palette onClose={close} /> : null}
      </Suspense>
    </div>
  )
}

/** The fragment holds the route, so the jump is made by hand. */
function skipToMain(event: React.MouseEvent): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
