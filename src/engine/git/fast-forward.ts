import { AppError, assertNever } from '#contract'
import type { Oid } from '#contract'
import { finishMove } from './finish-move.ts'
import type { FinishedMove } from './finish-move.ts'
import { readMove } from './hold.ts'
import { moveWorkTree } from './move-work-tree.ts'
import type { Place } from './place.ts'
import { readRef } from './refs.ts'
import type { GitRunner } from './runner.ts'
import { readWorkTree, whyNot } from './work-tree.ts'
import type { FastForward } from './work-tree.ts'

/**
 * Moves a local branch to `to` if it is strictly behind and, where it is checked out, the work tree allows it. Never touches a file with
 * changes of the user's. It comes after a push, so it fails nothing: what kept the branch back is said in words.
 */
export async function fastForward(
  git: GitRunner,
  place: Place,
  request: { readonly branch: string; readonly to: Oid; readonly holdName: string },
): Promise<FastForward> {
  try {
    return await tryFastForward(git, place, request)
  } catch (error) {
    if (error instanceof AppError) return left(error.message)
    throw error
  }
}

async function tryFastForward(
  git: GitRunner,
  place: Place,
  request: { readonly branch: string; readonly to: Oid; readonly holdName: string },
): Promise<FastForward> {
  const { branch, to, holdName } = request
  const ref = `refs/heads/${branch}`
  const here = await readRef(git, place.path, ref)
  const tree = await readWorkTree(git, place, ref)
  if (here === to) {
    const before = await readMove(git, place, holdName)
    if (before === undefined || tree === undefined || 'away' in tree)
      return left(`${branch} is already there`)
    return finishedWords(branch, await finishMove(git, tree, { from: before, to }))
  }
  const looked = await rehearse(git, place, { branch, to, look: false })
  if (!looked.done || here === undefined) return looked
  if (tree === undefined) {
    const message = ['-m', 'wheelhouse: fast-forward']
    await git.run(['update-ref', ...message, ref, to, here], { cwd: place.path, mode: 'hooks' })
  } else if (!('away' in tree)) {
    await moveWorkTree(git, place, tree, { ref, from: here, to, holdName })
  }
  return looked
}

/** Would the branch follow? With `look` (a preview) nothing at all is written. `env` may point at the quarantine that has `to`. */
export async function rehearse(
  git: GitRunner,
  place: Place,
  request: {
    readonly branch: string
    readonly to: Oid
    readonly look: boolean
    readonly env?: Readonly<Record<string, string>> | undefined
  },
): Promise<FastForward> {
  const { branch, to, look, env } = request
  const ref = `refs/heads/${branch}`
  const from = await readRef(git, place.path, ref)
  if (from === undefined) return left(`there is no local branch ${branch}`)
  if (from === to) return left(`${branch} is already there`)
  const ancestor = await git.run(['merge-base', '--is-ancestor', from, to], {
    cwd: place.path,
    expect: [0, 1],
    ...(env === undefined ? {} : { env }),
  })
  if (ancestor.exitCode !== 0) return left(`the local ${branch} has commits of its own`)
  const tree = await readWorkTree(git, place, ref)
  if (tree === undefined) return { done: true, words: `the local ${branch} follows` }
  if ('away' in tree) return left(`${branch} is checked out in ${tree.away}, which is not there`)
  const obstacle = await whyNot(git, tree, { from, to, env, look })
  return obstacle === undefined ? followedWithFiles(branch) : left(obstacle.words)
}

function finishedWords(branch: string, finished: FinishedMove): FastForward {
  switch (finished) {
    case 'finished':
      return followedWithFiles(branch)
    case 'was-there':
      return left(`${branch} is already there`)
    case 'behind':
      return left(`${branch} moved, and changes of yours keep its files behind`)
    default:
      return assertNever(finished)
  }
}

function followedWithFiles(branch: string): FastForward {
  return { done: true, words: `the local ${branch} and its work tree follow` }
}

function left(words: string): FastForward {
  return { done: false, words }
}
