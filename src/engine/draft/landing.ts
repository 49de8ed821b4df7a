import type { AppSpec, Draft, LandingMode, Oid } from '#contract'
import { AppError, assertNever } from '#contract'
import type { Repo, TrackedBranch } from '../git/index.ts'
import { pageOf, proposalName } from './proposal.ts'

/**
 * Where a draft will land and what it is built on: the remote's tip, but for local landing. Without a remote (and unless a pull request is
 * asked for, `PULL_REQUEST_NO_REMOTE`) it lands locally. Who is configured to push to another repository than is fetched from gets a pull
 * request unless something else is asked for: the tracked branch is not theirs to push to.
 */
export async function landingOf(
  repo: Repo,
  tracked: TrackedBranch,
  wanted: { readonly landing?: LandingMode | undefined; readonly usualLanding?: LandingMode | undefined },
): Promise<Draft['landing']> {
  const target = await repo.proposals.target(tracked.branch)
  const mode = chooseMode(wanted, {
    hasRemote: tracked.remote?.oid !== undefined,
    elsewhere: target?.elsewhere === true,
  })
  const { branch, remote } = tracked
  switch (mode) {
    case 'local':
      return localLanding(repo, tracked)
    case 'push':
    case 'pull-request': {
      if (remote?.oid === undefined)
        throw new AppError('PULL_REQUEST_NO_REMOTE', {
          message: `${repo.path} has no remote with a branch ${branch}.`,
          subject: branch,
        })
      const pushesTo = target?.elsewhere === true ? { pushesTo: target.remote } : {}
      const words = mode === 'push' ? '' : `the local ${branch} follows once it is merged`
      return {
        mode,
        remote: remote.name,
        branch,
        base: remote.oid,
        ...pushesTo,
        local: { fastForward: false, words },
      }
    }
    default:
      return assertNever(mode)
  }
}

/** The commit that a draft would be built on now. Errors as those of `landingOf`. */
export async function draftBase(
  repo: Repo,
  branch: string,
  usualLanding: LandingMode | undefined,
): Promise<Oid> {
  return (await landingOf(repo, await repo.tracked(branch), { usualLanding })).base
}

/** The branch that a pull request will be made of; another one should its name be taken. */
export async function proposalOf(
  repo: Repo,
  spec: AppSpec,
  draft: { readonly branch: string; readonly tree: Oid },
): Promise<Pick<Draft['landing'], 'proposal'>> {
  const target = await repo.proposals.target(draft.branch)
  if (target === undefined) return {}
  const branch = proposalName(spec.name, draft.tree)
  const page = pageOf(target, { branch, target: draft.branch })
  const site = page === undefined ? {} : { site: new URL(page).host }
  return { proposal: { remote: target.remote, branch, ...site } }
}

function chooseMode(
  {
    landing,
    usualLanding = 'push',
  }: { readonly landing?: LandingMode | undefined; readonly usualLanding?: LandingMode | undefined },
  found: { readonly hasRemote: boolean; readonly elsewhere: boolean },
): LandingMode {
  const mode = landing ?? (usualLanding === 'push' && found.elsewhere ? 'pull-request' : usualLanding)
  if (found.hasRemote) return mode
  return landing === 'pull-request' ? landing : 'local'
}

function localLanding(repo: Repo, tracked: TrackedBranch): Draft['landing'] {
  const base: Oid | undefined = tracked.local
  if (base === undefined)
    throw new AppError('BRANCH_MISSING', {
      message: `${repo.path} has no local branch ${tracked.branch}.`,
      subject: tracked.branch,
    })
  return {
    mode: 'local',
    branch: tracked.branch,
    base,
    local: { fastForward: true, words: `${tracked.branch} moves to the new commit` },
  }
}
