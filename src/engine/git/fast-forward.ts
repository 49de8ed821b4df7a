import type { Oid } from '#contract'
import { readChangedPaths } from './changed.ts'
import { readInProgress, readRef } from './refs.ts'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'

export type FastForward = { readonly done: boolean; readonly words: string }
type Worktree = { readonly path: string; readonly gitDir: string }

/**
 * Moves a local branch to `to` if it is strictly behind and, where it is checked out, the work tree allows it. Never touches a file with
 * changes of the user's; says in words why it left the branch alone. `rehearse` only looks.
 */
export async function fastForward(
  git: GitRunner,
  place: Place,
  request: {
    readonly branch: string
    readonly to: Oid
    readonly rehearse?: boolean
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<FastForward> {
  const { branch, to } = request
  const ref = `refs/heads/${branch}`
  const from = await readRef(git, place.path, ref)
  if (from === undefined) return left(`there is no local branch ${branch}`)
  if (from === to) return left(`${branch} is already there`)
  const ancestor = await git.run(['merge-base', '--is-ancestor', from, to], {
    cwd: place.path,
    expect: [0, 1],
    ...envOf(request.env),
  })
  if (ancestor.exitCode !== 0) return left(`the local ${branch} has commits of its own`)
  const worktree = await worktreeOf(git, place, ref)
  if (worktree === undefined) {
    if (request.rehearse !== true)
      await git.run(['update-ref', '-m', 'wheelhouse: fast-forward', ref, to, from], {
        cwd: place.path,
        mode: 'write',
      })
    return { done: true, words: `the local ${branch} follows` }
  }
  const obstacle = await whyNot(git, worktree, { from, to, env: request.env })
  if (obstacle !== undefined) return left(obstacle)
  if (request.rehearse !== true) await move(git, worktree, { ref, from, to })
  return { done: true, words: `the local ${branch} and its work tree follow` }
}

/** Why the work tree cannot follow, or undefined. Refreshing the index is all it writes. */
export async function whyNot(
  git: GitRunner,
  worktree: Worktree,
  move: { readonly from: Oid; readonly to: Oid; readonly env?: Readonly<Record<string, string>> | undefined },
): Promise<string | undefined> {
  const busy = readInProgress(worktree)
  if (busy !== undefined) return `${busy} is in progress in ${worktree.path}`
  const touched = (
    await readChangedPaths(git, { cwd: worktree.path, from: move.from, to: move.to, ...envOf(move.env) })
  ).map(({ path }) => path)
  // read-tree alone would silently restore a file that the user deleted: the touched paths must be clean.
  const status = await git.run(
    ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--', ...touched],
    { cwd: worktree.path, mode: 'write' },
  )
  const dirty = new TextDecoder()
    .decode(status.stdout)
    .split('\0')
    .filter((line) => line !== '')
  if (dirty.length > 0)
    return `${dirty.length === 1 ? 'a file' : `${dirty.length} files`} that it touches ${dirty.length === 1 ? 'has' : 'have'} changes in ${worktree.path}`
  const rehearsal = await git.run(['read-tree', '-n', '-m', '-u', move.from, move.to], {
    cwd: worktree.path,
    mode: 'write',
    expect: [0, 128],
    ...envOf(move.env),
  })
  return rehearsal.exitCode === 0 ? undefined : `the index of ${worktree.path} does not allow it`
}

/** Ref first (lock and reflog), then the files; a failure of the second takes back the first. */
export async function move(
  git: GitRunner,
  worktree: Worktree,
  change: { readonly ref: string; readonly from: Oid; readonly to: Oid },
): Promise<void> {
  const call = { cwd: worktree.path, mode: 'write' as const }
  await git.run(['update-ref', '-m', 'wheelhouse', change.ref, change.to, change.from], call)
  try {
    await git.run(['read-tree', '-m', '-u', change.from, change.to], call)
  } catch (error) {
    await git.run(['update-ref', '-m', 'wheelhouse: taken back', change.ref, change.from, change.to], call)
    throw error
  }
}

/** The work tree in which a branch is checked out: the clone's own or a linked one. */
export async function worktreeOf(git: GitRunner, place: Place, ref: string): Promise<Worktree | undefined> {
  const { stdout } = await git.run(['worktree', 'list', '--porcelain'], { cwd: place.path })
  for (const block of new TextDecoder().decode(stdout).split('\n\n')) {
    const lines = block.split('\n')
    if (!lines.includes(`branch ${ref}`)) continue
    const path = lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length) ?? place.path
    return { path, gitDir: await git.text(['rev-parse', '--absolute-git-dir'], { cwd: path }) }
  }
  return undefined
}

function envOf(env: Readonly<Record<string, string>> | undefined) {
  return env === undefined ? {} : { env }
}

function left(words: string): FastForward {
  return { done: false, words }
}
