import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconKeyboard, IconLock, IconMoon, IconSearch, IconSun } from '@tabler/icons-react'
import { useComputedColorScheme } from '@mantine/core'
import { ConnectionChips } from './connection-chips.tsx'
import styles from './frame.module.css'
import { useRouteAppId, useRouteContext } from './use-route-context.ts'
import { useApp, useRoute, useStores } from '../../ui/use-stores.ts'
import { useAction } from '../../ui/use-action.ts'
import type { Route } from '../../stores/route.ts'

/** Where you are, how the clusters are connected, palette and theme. */
export function TopBar({
  onPalette,
  onSheet,
}: {
  readonly onPalette: () => void
  readonly onSheet: () => void
}) {
  return (
    <header className={styles.top}>
      <Where />
      <ConnectionChips />
      <Button
        variant="default"
        onClick={onPalette}
        leftSection={<IconSearch size={14} aria-hidden />}
        aria-keyshortcuts="Control+K Meta+K"
      >
        Go to
      </Button>
      <Tooltip label="Keys (?)">
        <ActionIcon variant="subtle" color="gray" onClick={onSheet} aria-label="Keys">
          <IconKeyboard size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <ThemeSwitch />
    </header>
  )
}

const words: Partial<Record<Route['page'], string>> = {
  apps: 'Apps',
  activity: 'Activity',
  clusters: 'Clusters',
  repositories: 'Repositories',
  settings: 'Settings',
  doctor: 'Doctor',
  operation: 'Operation',
}

function Where() {
  const route = useRoute()
  const context = useRouteContext()
  const app = useApp(useRouteAppId() ?? '')
  if (app === undefined) return <div className={styles.where}>{words[route.page] ?? 'App'}</div>
  return (
    <div className={styles.where} aria-label="Where you are">
      {context === undefined ? (
        <span className="faint">no destination</span>
      ) : (
        <span className={styles.context} title={`${context.name} (${context.server})`}>
          <span className={styles.swatch} aria-hidden />
          {context.protected ? <IconLock size={14} aria-label="protected" /> : null}
          {context.name}
        </span>
      )}
      <span className="faint" aria-hidden>
        /
      </span>
      <a className="cut" href={`#/app/${encodeURIComponent(app.id)}/replicas`} title={app.spec.name}>
        {app.spec.name}
      </a>
      {route.page === 'review' ? <span className="dim">/ review</span> : null}
      {route.page === 'operation' ? <span className="dim">/ operation</span> : null}
    </div>
  )
}

function ThemeSwitch() {
  const { link } = useStores()
  const scheme = useComputedColorScheme('dark')
  const next = scheme === 'dark' ? 'light' : 'dark'
  const action = useAction(() => link.client.call('settings.update', { theme: next }))
  const Icon = next === 'dark' ? IconMoon : IconSun
  return (
    <Tooltip label={action.failure?.message ?? `Use the ${next} theme`}>
      <ActionIcon variant="subtle" color="gray" onClick={action.run} aria-label={`Use the ${next} theme`}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
