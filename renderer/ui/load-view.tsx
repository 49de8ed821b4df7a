import type { ReactNode } from 'react'
import type { Load } from '../stores/load.ts'
import { FailureView } from './failure-view.tsx'
import { Waiting } from './waiting.tsx'

/** The four states of something that is fetched. */
export function LoadView<T>({
  load,
  waitsFor,
  onRetry,
  children,
}: {
  readonly load: Load<T>
  readonly waitsFor: string
  readonly onRetry?: () => void
  readonly children: (value: T) => ReactNode
}) {
  if (load.status === 'ready') return children(load.value)
  if (load.status === 'failed') return <FailureView failure={load.failure} onRetry={onRetry} />
  return <Waiting words={waitsFor} />
}
