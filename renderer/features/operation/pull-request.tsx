import { Button } from '@mantine/core'
import { IconExternalLink, IconGitPullRequest } from '@tabler/icons-react'
import type { Operation } from '#contract'
import { Card } from '../../ui/page.tsx'
import { Sha } from '../../ui/sha.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useApp, useStores, useWorkspace } from '../../ui/use-stores.ts'
import styles from './operation.module.css'

/** The branch that waits to be merged, and the page that opens its pull request. */
export function PullRequestCard({ operation }: { readonly operation: Operation }) {
  const { pullRequest, state, appId } = operation
  const cloneId = useApp(appId)?.spec.cloneId
  const fetched = useWorkspace().clones.some(({ id, trusted }) => id === cloneId && trusted)
  if (pullRequest === undefined) return null
  const { remote, branch, target, page, merged } = pullRequest
  return (
    <Card title="Pull request">
      <div className={styles.pull} aria-label="Pull request" role="group">
        <IconGitPullRequest size={19} aria-hidden data-tone={merged === undefined ? 'info' : 'ok'} />
        <div className="grow">
          <p className={styles.pullBranches}>
            <code className="mono">
              {remote}/{branch}
            </code>{' '}
            into <code className="mono">{target}</code>
          </p>
          <p className="dim">
            {merged === undefined ? (
              waitingWords(state, fetched)
            ) : (
              <>
                Merged with <Sha oid={merged} />.
              </>
            )}
          </p>
        </div>
        {page === undefined ? null : <PageLink page={page} primary={state === 'waiting'} />}
      </div>
    </Card>
  )
}

/** The operator's browser opens it: the window refuses what is not https of another machine, so it is shown to be copied then. */
function PageLink({ page, primary }: { readonly page: string; readonly primary: boolean }) {
  const url = new URL(page)
  if (url.protocol !== 'https:' || !url.hostname.includes('.')) return <code className="mono">{page}</code>
  return (
    <Button
      component="a"
      href={page}
      target="_blank"
      rel="noreferrer"
      title={page}
      variant={primary ? 'filled' : 'default'}
      className={styles.pullLink}
      rightSection={<IconExternalLink size={14} aria-hidden />}
    >
      Open on {url.host}
    </Button>
  )
}

/** After a refused push: the same commit on a branch of its own. */
export function ProposeButton({ operation }: { readonly operation: Operation }) {
  const { link, route } = useStores()
  const propose = useAction(async () => {
    const { operationId } = await link.client.call('operations.propose', { operationId: operation.id })
    route.go({ page: 'operation', operationId })
  })
  if (operation.proposable !== true) return null
  return (
    <>
      {propose.failure === undefined ? null : (
        <span role="alert" data-tone="bad">
          {propose.failure.message}
        </span>
      )}
      <Button
        leftSection={<IconGitPullRequest size={15} aria-hidden />}
        loading={propose.state === 'running'}
        onClick={propose.run}
      >
        Propose it on a branch
      </Button>
    </>
  )
}

function waitingWords(state: Operation['state'], fetched: boolean): string {
  if (state === 'waiting' && !fetched)
    return 'This clone is not fetched until it is trusted: look by hand whether it is merged.'
  if (state === 'waiting')
    return 'Every fetch looks whether it is merged, also when it is squashed or rebased.'
  return state === 'cancelled' ? 'Nobody follows it any more; the branch is still there.' : 'Not merged.'
}
