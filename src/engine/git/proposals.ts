import type { Oid } from '#contract'
import { fastForward } from './fast-forward.ts'
import { release } from './hold.ts'
import { findMerged } from './merged.ts'
import type { Merged, MergedQuestion } from './merged.ts'
import type { Place } from './place.ts'
import { pushToNewBranch } from './push-branch.ts'
import type { BranchOrder, PushedBranch } from './push-branch.ts'
import { readPushTarget } from './push-target.ts'
import type { PushTarget } from './push-target.ts'
import { readRemoteTip } from './push.ts'
import { reopenQuarantine } from './quarantine.ts'
import type { GitRunner } from './runner.ts'
import type { FastForward } from './work-tree.ts'

/** Commits on branches of their own, to be merged by others: pull requests as Git sees them. */
export type Proposals = {
  /** Where Git would push a branch; undefined without a remote. */
  readonly target: (branch: string) => Promise<PushTarget | undefined>
  /** Puts the commit on a new branch of the remote (see push-branch.ts); `dir` is the draft's folder. */
  readonly push: (order: BranchOrder & { readonly dir: string }) => Promise<PushedBranch>
  readonly findMerged: (question: MergedQuestion) => Promise<Merged | undefined>
  /** Where a branch of a remote is now, asked there. `REMOTE_*`. */
  readonly remoteTip: (remote: string, branch: string, signal?: AbortSignal) => Promise<Oid | undefined>
  /** Lets the local branch follow what was merged, and drops the hold. */
  readonly follow: (order: {
    readonly branch: string
    readonly to: Oid
    readonly holdName: string
  }) => Promise<FastForward>
}

export function createProposals(git: GitRunner, place: Place, quarantines: string): Proposals {
  const cwd = place.path
  return {
    target: (branch) => readPushTarget(git, cwd, branch),
    push: ({ dir, ...order }) =>
      pushToNewBranch(git, { ...order, place, quarantine: () => reopenQuarantine(place, quarantines, dir) }),
    findMerged: (question) => findMerged(git, cwd, question),
    remoteTip: (remote, branch, signal) => readRemoteTip(git, { place, remote, branch, signal }),
    follow: async (order) => {
      const followed = await fastForward(git, place, order)
      await release(git, place, order.holdName)
      return followed
    },
  }
}
