import type { Oid, PullRequest } from '#contract'
import { AppError } from '#contract'
import { pageFromPush } from '#core'
import { pageOf } from '../draft/index.ts'
import type { Merged, PushedBranch, Repo } from '../git/index.ts'
import type { LandingData, LandPorts } from './land.ts'
import { stepsOf } from './log.ts'

/** What the journal keeps of a commit that goes to a branch of its own. */
export type PullData = {
  /** The remote that is pushed to. */
  readonly remote: string
  /** The name to take first. */
  readonly name: string
  /** The name taken: on record before it is pushed. */
  readonly branch?: string
  readonly pushed?: true
  /** The page that opens the pull request. */
  readonly page?: string
  /** The commit of the tracked branch that brought it. */
  readonly merged?: Oid
}
type Proposed = LandingData & {
  readonly commit: Oid
  readonly pull: PullData
  readonly remote: NonNullable<LandingData['remote']>
}

/**
 * Pushes the commit to a branch of its own and looks whether it is merged; undefined = not yet, and looked again when somebody asks. Once it is,
 * the local branch follows. Idempotent: going on after a crash runs the same. `PULL_REQUEST_GONE`, and what `Proposals.push` throws.
 */
export async function propose(
  ports: LandPorts,
  operationId: string,
  data: Proposed,
): Promise<(Proposed & { readonly pull: { readonly merged: Oid } }) | undefined> {
  const pushed = data.pull.pushed === true
  const proposed = pushed ? data : await pushProposal(ports, operationId, data)
  const steps = stepsOf(ports.log, operationId, ports.now)
  const merged = pushed ? await awaitMerge(ports, operationId, proposed) : proposed.pull.merged
  if (merged === undefined) {
    if (!pushed) await steps.mark('merge', 'running', waitWords(proposed))
    return undefined
  }
  if (!pushed) await steps.mark('merge', 'done', `${targetOf(proposed)} has it`)
  const landed = { ...proposed, pull: { ...proposed.pull, merged } }
  await ports.log.note(operationId, { data: landed })
  const order = { branch: data.branch, to: merged, holdName: data.holdName }
  await steps.mark('fast-forward', 'running')
  const followed = await ports.repo.proposals.follow(order)
  await steps.mark('fast-forward', followed.done ? 'done' : 'skipped', followed.words)
  return landed
}

async function pushProposal(ports: LandPorts, operationId: string, data: Proposed): Promise<Proposed> {
  const { commit, pull } = data
  const steps = stepsOf(ports.log, operationId, ports.now)
  let latest = data
  const onName = async (branch: string) => {
    latest = { ...latest, pull: { ...latest.pull, branch } }
    await ports.log.note(operationId, { data: latest })
  }
  let said = ''
  const merged = await steps.run(
    'push',
    async () => {
      // A run that was killed may have pushed it, and others merged it and deleted the branch since: it must not come back.
      const found = pull.branch === undefined ? undefined : await lookAfterFetch(ports, data)
      if (found === undefined) said = (await pushBranch(ports, { ...data, onName })).said
      return found?.oid
    },
    () => `${commit.slice(0, 7)} is on ${latest.pull.remote}/${latest.pull.branch}`,
  )
  // All in one line of the journal, behind the step: who is killed before it pushes once more and finds the branch there.
  const pullRequest = await toPullRequest(ports.repo, latest, said)
  const { page } = pullRequest
  latest = {
    ...latest,
    pull: {
      ...latest.pull,
      pushed: true,
      ...(page === undefined ? {} : { page }),
      ...(merged === undefined ? {} : { merged }),
    },
  }
  await ports.log.note(operationId, { data: latest, pullRequest })
  return latest
}

function pushBranch(
  ports: LandPorts,
  data: Proposed & { readonly onName: (name: string) => Promise<void> },
): Promise<PushedBranch> {
  const { commit, base, branch, holdName, dir, pull, onName } = data
  return ports.repo.proposals.push({
    commit,
    base,
    branch,
    holdName,
    dir,
    to: pull.remote,
    name: pull.name,
    begun: pull.branch,
    onName,
    onStep: () => Promise.resolve(),
    signal: ports.signal,
  })
}

/** Looks in what is fetched, then on the remote. That it does not answer is no end: it is asked again with the next fetch. */
async function awaitMerge(ports: LandPorts, operationId: string, data: Proposed): Promise<Oid | undefined> {
  const steps = stepsOf(ports.log, operationId, ports.now)
  if (data.pull.merged !== undefined) return data.pull.merged
  try {
    const found = await askWhetherMerged(ports, data)
    if (found === undefined) {
      await steps.mark('merge', 'running', waitWords(data))
      return undefined
    }
    await steps.mark('merge', 'done', mergedWords(found, data))
    await ports.log.note(operationId, {
      pullRequest: { ...(await toPullRequest(ports.repo, data)), merged: found.oid },
    })
    return found.oid
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'PULL_REQUEST_GONE') {
      await steps.mark('merge', 'failed', error.message)
      throw error
    }
    if (error.code === 'CANCELLED') return undefined
    await steps.mark('merge', 'running', `${waitWords(data)} The last look failed: ${error.message}`)
    return undefined
  }
}

async function askWhetherMerged(ports: LandPorts, data: Proposed): Promise<Merged | undefined> {
  const found = (await findMergedOf(ports.repo, data)) ?? (await lookAfterFetch(ports, data))
  if (found !== undefined || !(await isGone(ports.repo, data, ports.signal))) return found
  // Merging often deletes the branch: it may have been merged since the fetch.
  const late = await lookAfterFetch(ports, data)
  if (late !== undefined) return late
  const { branch, remote } = data.pull
  throw new AppError('PULL_REQUEST_GONE', {
    message: `${remote}/${branch} is not there any more, and ${targetOf(data)} does not have its change.`,
    subject: `${remote}/${branch}`,
  })
}

async function lookAfterFetch(ports: LandPorts, data: Proposed): Promise<Merged | undefined> {
  await ports.repo.fetch(data.remote.name, ports.signal)
  return findMergedOf(ports.repo, data)
}

/** Merged as far as the clone has fetched; never the network. */
export async function findMergedOf(repo: Repo, data: Proposed): Promise<Merged | undefined> {
  const { tip, heads } = await readEnds(repo, data)
  return tip === undefined ? undefined : repo.proposals.findMerged({ heads, base: data.base, tip })
}

async function readEnds(repo: Repo, { remote, pull, commit }: Proposed) {
  const known = (ref: string) => repo.resolve(ref).catch(() => undefined)
  const [tip, added] = await Promise.all([
    known(remote.ref),
    pull.branch === undefined ? undefined : known(`refs/remotes/${pull.remote}/${pull.branch}`),
  ])
  return { tip, heads: added === undefined || added === commit ? [commit] : [commit, added] }
}

/** Asks the remote whether the branch is there still. */
export async function isGone(repo: Repo, { pull }: Proposed, signal?: AbortSignal): Promise<boolean> {
  return (await repo.proposals.remoteTip(pull.remote, pull.branch ?? pull.name, signal)) === undefined
}

/** A landing by pull request, or undefined for the others. */
export function asProposed(data: LandingData | undefined): Proposed | undefined {
  const { commit, pull, remote } = data ?? {}
  if (data === undefined || commit === undefined || pull === undefined || remote === undefined)
    return undefined
  return { ...data, commit, pull, remote }
}

/** `said`: what the remote answered to the push; some name the page themselves. */
async function toPullRequest(repo: Repo, data: Proposed, said = ''): Promise<PullRequest> {
  const { pull, remote } = data
  const branch = pull.branch ?? pull.name
  const target = await repo.proposals.target(data.branch)
  const known = target?.remote === pull.remote ? target : undefined
  const page =
    pull.page ??
    (known === undefined
      ? undefined
      : (pageOf(known, { branch, target: remote.branch }) ?? pageFromPush(said, known.writtenUrl)))
  return {
    remote: pull.remote,
    branch,
    target: `${remote.name}/${remote.branch}`,
    ...(page === undefined ? {} : { page }),
  }
}

function targetOf({ remote }: Proposed): string {
  return `${remote.name}/${remote.branch}`
}

function waitWords(data: Proposed): string {
  return `Waits until ${data.pull.remote}/${data.pull.branch} is merged into ${targetOf(data)}.`
}

function mergedWords({ oid, how }: Merged, data: Proposed): string {
  const as = oid === data.commit ? '' : ` with ${oid.slice(0, 7)}`
  const proof = {
    ancestry: '',
    tree: ', squashed or rebased: the same files',
    patch: ', squashed or rebased: the same change',
  }
  return `${targetOf(data)} has it${as}${proof[how]}`
}
