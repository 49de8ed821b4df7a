import type { Draft, Oid } from '#contract'
import { AppError } from '#contract'
import type { Repo, TrackedBranch } from '../git/index.ts'

/** Where a draft will land and what it is built on. Without a remote (or by choice) it lands locally, on the local branch. */
export async function landingOf(
  repo: Repo,
  tracked: TrackedBranch,
  wanted: 'push' | 'local',
): Promise<Draft['landing']> {
  const { remote } = tracked
  if (wanted === 'push' && remote !== undefined && remote.oid !== undefined) {
    return {
      mode: 'push',
      remote: remote.name,
      branch: tracked.branch,
      base: remote.oid,
      local: { fastForward: false, words: '' },
    }
  }
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
