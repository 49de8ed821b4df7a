import { Page } from '../../ui/page.tsx'
import { Empty } from '../../ui/empty.tsx'
import { useWorkspace } from '../../ui/use-stores.ts'
import { AddClone } from './add-clone.tsx'
import { CloneCard } from './clone-card.tsx'

/** The local clones, what fetches in them may run, and the apps they hold. */
export function RepositoriesPage({ cloneId }: { readonly cloneId: string | undefined }) {
  const { clones } = useWorkspace()
  return (
    <Page title="Repositories">
      <AddClone />
      {clones.length === 0 ? (
        <Empty title="No clone yet">
          <p>Add the folder of a configuration repository that you have cloned.</p>
        </Empty>
      ) : (
        clones.map((clone) => (
          <CloneCard key={clone.id} clone={clone} open={clone.id === cloneId || clones.length === 1} />
        ))
      )}
    </Page>
  )
}
