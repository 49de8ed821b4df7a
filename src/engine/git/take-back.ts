import { AppError } from '#contract'
import type { Oid } from '#contract'
import { readChangedPaths } from './changed.ts'
import { plain } from './commit.ts'
import { finishMove } from './finish-move.ts'
import { readMove, release } from './hold.ts'
import { landLocally } from './land-local.ts'
import type { Place } from './place.ts'
import { readRef, readTracked } from './refs.ts'
import type { GitRunner } from './runner.ts'
import { readWorkTree } from './work-tree.ts'
import type { FastForward } from './work-tree.ts'

/** The commit at the tip of a local branch, where it is one of ours. */
export type LastCommit = {
  readonly commit: Oid
  readonly parent: Oid
  readonly branch: string
  readonly subject: string
  /** As its trailer names it. */
  readonly app: string
  readonly files: readonly string[]
  /** A remote has it, as far as the clone knows: others may have it too. */
  readonly pushed: boolean
}

/** Ours = one parent and our trailer; undefined for the commits of everybody else. `BRANCH_MISSING`. */
export async function readLastCommit(
  git: GitRunner,
  cwd: string,
  branch: string,
): Promise<LastCommit | undefined> {
  const { local: commit, remote } = await readTracked(git, cwd, branch)
  if (commit === undefined) return undefined
  const format = '%P%x1f%s%x1f%(trailers:key=Wheelhouse-App,valueonly)'
  const text = await git.text(['log', '-1', `--format=${format}`, commit, '--'], { cwd })
  const [parents = '', subject = '', trailer = ''] = text.split('\x1f')
  const app = plain(trailer.trim())
  if (!/^[0-9a-f]+$/.test(parents) || app === '') return undefined
  const changed = await readChangedPaths(git, { cwd, from: parents, to: commit })
  return {
    commit,
    parent: parents,
    branch,
    subject: plain(subject),
    app,
    files: changed.map(({ path }) => path),
    pushed: await isPushed(git, cwd, { commit, tracked: remote?.oid }),
  }
}

export type TakeBackOrder = {
  readonly branch: string
  readonly commit: Oid
  readonly parent: Oid
  readonly holdName: string
}

/**
 * Moves the local branch from our last commit to its parent: by compare-and-swap, and where it is checked out as a clean update that touches no
 * change of the user's. Run again after a kill it finishes. `TAKE_BACK_PUSHED`, `TAKE_BACK_NOTHING` where somebody committed since,
 * `WORKTREE_DIRTY`, `REPO_IN_PROGRESS`, `GIT_REF_MOVED`.
 */
export async function takeBack(git: GitRunner, place: Place, order: TakeBackOrder): Promise<FastForward> {
  const { branch, commit, parent, holdName } = order
  const now = await readRef(git, place.path, `refs/heads/${branch}`)
  const begun = await readMove(git, place, holdName)
  if (now === parent && begun === commit) await finish(git, place, order)
  else await moveBack(git, place, order)
  await release(git, place, holdName)
  return { done: true, words: `${branch} is at ${parent.slice(0, 7)} again` }
}

async function moveBack(git: GitRunner, place: Place, order: TakeBackOrder): Promise<void> {
  const { branch, commit, parent, holdName } = order
  const last = await readLastCommit(git, place.path, branch)
  if (last?.commit !== commit || last.parent !== parent)
    throw new AppError('TAKE_BACK_NOTHING', {
      message: `${commit.slice(0, 7)} is not the last commit of ${branch} any more.`,
      subject: branch,
      action: 'refresh',
    })
  if (last.pushed)
    throw new AppError('TAKE_BACK_PUSHED', {
      message: `${commit.slice(0, 7)} is on a remote: others may have it.`,
      subject: branch,
    })
  // Local landing the other way round: what is a base there is where we are, and the same things keep it from moving.
  const back = { base: commit, commit: parent, branch, holdName, remote: undefined }
  await landLocally(git, { ...back, place, version: [0, 0], onStep: () => Promise.resolve() })
}

/** A killed run moved the ref; the files follow. */
async function finish(
  git: GitRunner,
  place: Place,
  { branch, commit, parent }: TakeBackOrder,
): Promise<void> {
  const tree = await readWorkTree(git, place, `refs/heads/${branch}`)
  if (tree === undefined || 'away' in tree) return
  if ((await finishMove(git, tree, { from: commit, to: parent })) !== 'behind') return
  throw new AppError('WORKTREE_DIRTY', {
    message: `${branch} moved, and changes of yours keep its files in ${tree.path} behind.`,
    subject: branch,
  })
}

async function isPushed(
  git: GitRunner,
  cwd: string,
  { commit, tracked }: { readonly commit: Oid; readonly tracked: Oid | undefined },
): Promise<boolean> {
  if (tracked !== undefined) {
    const call = { cwd, expect: [0, 1] }
    const { exitCode } = await git.run(['merge-base', '--is-ancestor', commit, tracked], call)
    if (exitCode === 0) return true
  }
  const containing = [
    'for-each-ref',
    '--count=1',
    '--format=%(refname)',
    '--contains',
    commit,
    'refs/remotes',
  ]
  return (await git.text(containing, { cwd })) !== ''
}
