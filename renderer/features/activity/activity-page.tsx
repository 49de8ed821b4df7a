import { useStore } from 'zustand'
import { FailureView } from '../../ui/failure-view.tsx'
import { Page } from '../../ui/page.tsx'
import { useOperations, useStores } from '../../ui/use-stores.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { ExportButtons } from './export-buttons.tsx'
import { OperationList } from './operation-list.tsx'

/** Everything that was done from here, newest first. */
export function ActivityPage() {
  const stores = useStores()
  const { status, failure } = useStore(stores.operations)
  const operations = useOperations()
  if (status === 'failed' && failure !== undefined)
    return (
      <Page title="Activity">
        <FailureView failure={failure} onRetry={stores.startAgain} />
      </Page>
    )
  if (status !== 'ready' && operations.length === 0)
    return <Waiting words="Reading the journal of operations." />
  return (
    <Page title="Activity" actions={operations.length === 0 ? undefined : <ExportButtons />}>
      <OperationList operations={operations} exports={false} />
    </Page>
  )
}
