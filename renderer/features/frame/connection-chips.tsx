import { ActionIcon } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Connection } from '#contract'
import { spellAge, spellSeconds } from '../../stores/duration.ts'
import { useAction } from '../../ui/use-action.ts'
import { useNow } from '../../ui/use-now.ts'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import styles from './frame.module.css'

/** How each connected context stands, with the seconds that what is shown is old. */
export function ConnectionChips() {
  const stores = useStores()
  const { items } = useStore(stores.connections)
  const { contexts } = useWorkspace()
  const shown = [...items.values()].filter(({ state }) => state !== 'idle').slice(0, 4)
  return (
    <ul className={styles.chips} aria-label="Connections">
      {shown.map((connection) => (
        <li key={connection.context}>
          <Chip
            connection={connection}
            colour={contexts.find(({ name }) => name === connection.context)?.colour}
          />
        </li>
      ))}
    </ul>
  )
}

function Chip({
  connection,
  colour,
}: {
  readonly connection: Connection
  readonly colour: string | undefined
}) {
  const { link } = useStores()
  const now = useNow()
  const { context, state, failure, version } = connection
  const retry = useAction(() => link.client.call('connections.retry', { context }))
  const words = connectionWords(connection, now)
  return (
    <span
      className={styles.chip}
      data-state={state}
      title={failure?.message ?? `${context}${version === undefined ? '' : `, Kubernetes ${version}`}`}
    >
      <span className={styles.light} aria-hidden />
      <span className={styles.swatch} style={{ '--swatch': colour } as React.CSSProperties} aria-hidden />
      <span className="cut">{context}</span>
      <span>{words}</span>
      {state === 'failed' || state === 'reconnecting' ? (
        <ActionIcon
          size={18}
          variant="subtle"
          color="gray"
          onClick={retry.run}
          aria-label={`Connect ${context} now`}
        >
          <IconRefresh size={13} aria-hidden />
        </ActionIcon>
      ) : null}
    </span>
  )
}

/** `live`, `stale 42 s`, `reconnecting in 8 s`. */
export function connectionWords({ state, since, retryAt }: Connection, now: number): string {
  switch (state) {
    case 'stale':
      return `stale ${spellAge(since, now)}`
    case 'reconnecting': {
      const seconds = retryAt === undefined ? 0 : Math.max(0, (Date.parse(retryAt) - now) / 1000)
      return seconds < 1 ? 'reconnecting' : `reconnecting in ${spellSeconds(Math.ceil(seconds))}`
    }
    default:
      return state
  }
}
