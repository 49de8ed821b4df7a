import { AppError } from '#contract'
import { finishMove } from './finish-move.ts'
import { readMove } from './hold.ts'
import type { LandRequest } from './land-order.ts'
import { moveWorkTree } from './move-work-tree.ts'
import { readRef } from './refs.ts'
import type { GitRunner } from './runner.ts'
import { readWorkTree, whyNot } from './work-tree.ts'
import type { FastForward } from './work-tree.ts'

/** Local landing (git.md): the branch moves by compare-and-swap; where it is checked out its work tree must allow it. */
export async function landLocally(git: GitRunner, request: LandRequest): Promise<FastForward> {
  const { place, branch, base, commit, holdName } = request
  const ref = `refs/heads/${branch}`
  const tree = await readWorkTree(git, place, ref)
  const now = await readRef(git, place.path, ref)
  if (now !== base) return alreadyLanded(git, request, now)
  if (tree === undefined) {
    await git.run(['update-ref', '-m', 'wheelhouse', ref, commit, base], { cwd: place.path, mode: 'hooks' })
    return { done: true, words: `${branch} moved` }
  }
  if ('away' in tree)
    throw new AppError('WORKTREE_DIRTY', {
      message: `${branch} cannot move: it is checked out in ${tree.away}, which is not there.`,
      subject: branch,
    })
  const obstacle = await whyNot(git, tree, { from: base, to: commit })
  if (obstacle !== undefined)
    throw new AppError(obstacle.code, {
      message: `${branch} cannot move: ${obstacle.words}.`,
      subject: branch,
    })
  await moveWorkTree(git, place, tree, { ref, from: base, to: commit, holdName })
  return { done: true, words: `${branch} and its work tree moved` }
}

/** Not at its base: a killed run had moved it (perhaps without the files), or somebody else did. */
async function alreadyLanded(
  git: GitRunner,
  request: LandRequest,
  now: string | undefined,
): Promise<FastForward> {
  const { place, branch, commit, holdName } = request
  const call = { cwd: place.path, expect: [0, 1] }
  const landed =
    now !== undefined && (await git.run(['merge-base', '--is-ancestor', commit, now], call)).exitCode === 0
  if (!landed)
    throw new AppError('GIT_REF_MOVED', {
      message: `${branch} moved meanwhile${now === undefined ? ': it is gone' : ` to ${now.slice(0, 7)}`}.`,
      subject: branch,
      action: 'refresh',
      retryable: true,
    })
  const before = await readMove(git, place, holdName)
  const tree = await readWorkTree(git, place, `refs/heads/${branch}`)
  if (now === commit && before !== undefined && tree !== undefined && !('away' in tree)) {
    const finished = await finishMove(git, tree, { from: before, to: commit })
    if (finished === 'behind')
      throw new AppError('WORKTREE_DIRTY', {
        message: `${branch} moved, and changes of yours keep its files in ${tree.path} behind.`,
        subject: branch,
      })
  }
  return { done: true, words: `${branch} is there` }
}
