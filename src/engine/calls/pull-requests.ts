import type { App, Operation } from '#contract'
import { AppError } from '#contract'
import { proposalName } from '../draft/index.ts'
import type { Repo } from '../git/index.ts'
import type { LandingData } from '../operations/land.ts'
import { asProposed, findMergedOf, isGone } from '../operations/pull-request.ts'
import type { PullData } from '../operations/pull-request.ts'
import type { Fetches } from './fetches.ts'
import { findApp, openRepo } from './find.ts'
import type { Parts } from './ports.ts'
import type { Resumable, Runner } from './runner.ts'

/** Where a draft's commit goes when it is proposed; `PULL_REQUEST_NO_REMOTE`. */
export async function pullOf(
  repo: Repo,
  app: App,
  draft: { readonly branch: string; readonly tree: string },
): Promise<PullData> {
  const target = await repo.proposals.target(draft.branch)
  if (target === undefined)
    throw new AppError('PULL_REQUEST_NO_REMOTE', {
      message: `${repo.path} has no remote for ${draft.branch}.`,
      subject: draft.branch,
    })
  return { remote: target.remote, name: proposalName(app.spec.name, draft.tree) }
}

/** What a refused push left, as the landing of a pull request; undefined where there is nothing to propose. */
export async function toProposal(
  parts: Parts,
  operation: Operation,
): Promise<{
  readonly app: App
  readonly repo: Repo
  readonly data: Resumable & { readonly landing: LandingData }
}> {
  const data = parts.workspace.operations.dataOf(operation.id) as Resumable | undefined
  const landing = data?.landing
  if (operation.proposable !== true || landing?.commit === undefined || landing.remote === undefined)
    throw new AppError('OPERATION_NOT_RESUMABLE', {
      message: `"${operation.title}" has nothing to propose.`,
      subject: operation.title,
    })
  const app = findApp(parts, operation.appId)
  const repo = await openRepo(parts, app.spec.cloneId)
  const pull = await pullOf(repo, app, landing)
  const { reached: _reached, ...kept } = landing
  return { app, repo, data: { ...data, landing: { ...kept, pull } } }
}

/**
 * After each fetch of a clone: its operations that wait for a merge and can go on do. One look at a time; what happens meanwhile is seen by the
 * look after it. Answers the function that ends it.
 */
export function followPullRequests(parts: Parts, fetches: Fetches, runner: Runner): () => void {
  /** Per operation: when its clone had been fetched at the last look. */
  const seen = new Map<string, string>()
  let looking: Promise<void> | undefined
  let again = false
  let ended = false
  const look = async () => {
    for (const operation of parts.workspace.operations.list()) {
      const proposed = operation.state === 'waiting' ? proposedOf(parts, operation) : undefined
      const cloneId = cloneOf(parts, operation)
      const fetched = cloneId === undefined ? undefined : fetches.last(cloneId)
      if (proposed === undefined || cloneId === undefined || fetched === undefined) continue
      if (ended || fetched.failure !== undefined || seen.get(operation.id) === fetched.at) continue
      seen.set(operation.id, fetched.at)
      // A clone that is away, a remote that does not answer: asked again after the next fetch.
      const looked = openRepo(parts, cloneId).then((repo) => canGoOn(repo, proposed))
      const goesOn = await looked.catch(() => false)
      if (goesOn && !ended) await runner.resume(operation.id).catch(() => undefined)
    }
  }
  const start = () => {
    again = looking !== undefined
    looking ??= look()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined
        if (again && !ended) start()
      })
  }
  const stop = fetches.onChange(start)
  return () => {
    ended = true
    stop()
  }
}

function proposedOf(parts: Parts, { id }: Operation) {
  return asProposed((parts.workspace.operations.dataOf(id) as Resumable | undefined)?.landing)
}

function cloneOf(parts: Parts, { appId }: Operation): string | undefined {
  return parts.workspace.store.state().apps.find(({ id }) => id === appId)?.spec.cloneId
}

/** Merged, or its branch is gone. The clone was fetched a moment ago, so it is trusted with the network. */
async function canGoOn(repo: Repo, proposed: NonNullable<ReturnType<typeof asProposed>>): Promise<boolean> {
  if ((await findMergedOf(repo, proposed)) !== undefined) return true
  // A fetch in the background asks the remote of the branch that is checked out; this one may be another.
  const head = await repo.head()
  const fetched = await repo.remote(head.kind === 'detached' ? '' : head.branch)
  if (fetched?.name !== proposed.remote.name) {
    await repo.fetch(proposed.remote.name)
    if ((await findMergedOf(repo, proposed)) !== undefined) return true
  }
  return isGone(repo, proposed)
}
