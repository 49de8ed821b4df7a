import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { assertNever, errorText } from '#contract'
import type { ErrorAction, Failure } from '#contract'
import type { Stores } from '../stores/stores.ts'
import styles from './states.module.css'
import { useStores } from './use-stores.ts'

type Props = {
  readonly failure: Failure
  readonly onRetry?: (() => void) | undefined
  readonly appId?: string
}

/** An error where it belongs: what, why, what now, and the button that does it. */
export function FailureView({ failure, onRetry, appId }: Props) {
  const stores = useStores()
  const title =
    failure.code in errorText ? errorText[failure.code as keyof typeof errorText].title : failure.code
  const action = failure.action ?? (failure.retryable ? 'retry' : undefined)
  const button = action === undefined ? undefined : toButton(action, { stores, onRetry, appId })
  return (
    <div className={styles.failure} role="alert">
      <IconAlertTriangle size={17} aria-hidden />
      <div className="grow">
        <strong>{title}</strong>
        <p>{failure.message}</p>
        {failure.hint === undefined ? null : <p className="dim">{failure.hint}</p>}
        <span className={styles.code}>{failure.code}</span>
      </div>
      {button === undefined ? null : (
        <Button variant="default" onClick={button.run}>
          {button.label}
        </Button>
      )}
    </div>
  )
}

type Place = {
  readonly stores: Stores
  readonly onRetry: (() => void) | undefined
  readonly appId: string | undefined
}
type ActionButton = { readonly label: string; readonly run: () => void } | undefined

function toButton(action: ErrorAction, { stores, onRetry, appId }: Place): ActionButton {
  const { go } = stores.route
  const again = (label: string): ActionButton => (onRetry === undefined ? undefined : { label, run: onRetry })
  switch (action) {
    case 'retry':
      return again('Try again')
    case 'refresh':
      return again('Refresh')
    case 'sign-in':
      return again('I have signed in: try again')
    case 'resume':
      return again('Go on')
    case 'choose-context':
      return { label: 'Open clusters', run: () => go({ page: 'clusters' }) }
    case 'open-settings':
      return { label: 'Open settings', run: () => go({ page: 'settings' }) }
    case 'remove-lock':
      return { label: 'Look at the lock', run: () => go({ page: 'repositories' }) }
    case 'trust-clone':
      return { label: 'Look at the clone', run: () => go({ page: 'repositories' }) }
    case 'set-identity':
    case 'open-doctor':
      return { label: 'Open doctor', run: () => go({ page: 'doctor' }) }
    case 'show-plan':
      return appId === undefined
        ? again('Refresh')
        : { label: 'Show the plan', run: () => go({ page: 'app', appId, tab: 'changes' }) }
    case 'show-other-commit':
      return appId === undefined
        ? undefined
        : { label: 'Show the timeline', run: () => go({ page: 'app', appId, tab: 'timeline' }) }
    case 'show-file':
      return again('Try again')
    default:
      return assertNever(action)
  }
}
