import {
  IconActivity,
  IconApps,
  IconGitBranch,
  IconServer2,
  IconSettings,
  IconStethoscope,
} from '@tabler/icons-react'
import { toHash } from '../../stores/route.ts'
import type { Route } from '../../stores/route.ts'
import { useRoute } from '../../ui/use-stores.ts'
import styles from './frame.module.css'

const places = [
  { words: 'Apps', route: { page: 'apps' }, Icon: IconApps, holds: ['apps', 'app', 'review'] },
  { words: 'Activity', route: { page: 'activity' }, Icon: IconActivity, holds: ['activity', 'operation'] },
  { words: 'Clusters', route: { page: 'clusters' }, Icon: IconServer2, holds: ['clusters'] },
  { words: 'Repositories', route: { page: 'repositories' }, Icon: IconGitBranch, holds: ['repositories'] },
  { words: 'Settings', route: { page: 'settings' }, Icon: IconSettings, holds: ['settings'] },
  { words: 'Doctor', route: { page: 'doctor' }, Icon: IconStethoscope, holds: ['doctor'] },
] as const satisfies readonly {
  readonly words: string
  readonly route: Route
  readonly Icon: unknown
  readonly holds: readonly Route['page'][]
}[]

/** The places of the window. */
export function Rail() {
  const { page } = useRoute()
  return (
    <nav className={styles.rail} aria-label="Places">
      <a className={styles.logo} href="#/apps" aria-label="Wheelhouse" title="Wheelhouse">
        <img src="./favicon.svg" alt="" width={26} height={26} />
      </a>
      {places.map(({ words, route, Icon, holds }) => (
        <a
          key={words}
          className={styles.place}
          href={toHash(route)}
          aria-current={(holds as readonly string[]).includes(page) ? 'page' : undefined}
        >
          <Icon size={20} stroke={1.7} aria-hidden />
          <span>{words}</span>
        </a>
      ))}
    </nav>
  )
}
