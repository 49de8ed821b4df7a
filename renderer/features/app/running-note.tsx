import { Button } from '@mantine/core'
import type { Operation } from '#contract'
import { useStores } from '../../ui/use-stores.ts'
import { currentWords } from '../operation/step-words.ts'
import styles from './app.module.css'

/** An operation of this app that is not finished: one line, and the way to it. */
export function RunningNote({ operations }: { readonly operations: readonly Operation[] }) {
  const { route } = useStores()
  const newest = operations[0]
  const open = newest !== undefined && ['running', 'interrupted', 'stopped', 'waiting'].includes(newest.state)
  if (!open) return null
  return (
    <div className={styles.running} data-state={newest.state} role="status">
      <span className="grow cut">
        <strong>{newest.title}</strong>: {currentWords(newest)}
      </span>
      <Button variant="default" onClick={() => route.go({ page: 'operation', operationId: newest.id })}>
        {newest.state === 'running' ? 'Follow' : 'Look'}
      </Button>
    </div>
  )
}
