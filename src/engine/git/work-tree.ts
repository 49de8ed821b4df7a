import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import type { Oid } from '#contract'
import { readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import { readDirty, readInTheWay, readNames } from './dirty.ts'
import { recordMove } from './hold.ts'
import { readInProgress } from './refs.ts'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'

export type FastForward = { readonly done: boolean; readonly words: string }
export type WorkTree = { readonly path: string; readonly gitDir: string }
export type Move = { readonly from: Oid; readonly to: Oid }
export type Obstacle = { readonly code: 'REPO_IN_PROGRESS' | 'WORKTREE_DIRTY'; readonly words: string }

/** The work tree in which a branch is checked out: the clone's own or a linked one, which may be away (on a disk that is not mounted). */
export async function readWorkTree(
  git: GitRunner,
  place: Place,
  ref: string,
): Promise<WorkTree | { readonly away: string } | undefined> {
  const { stdout } = await git.run(['worktree', 'list', '--porcelain'], { cwd: place.path })
  for (const block of new TextDecoder().decode(stdout).split('\n\n')) {
    const lines = block.split('\n')
    if (!lines.includes(`branch ${ref}`)) continue
    const path = lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length) ?? place.path
    if (!existsSync(path)) return { away: path }
    return { path, gitDir: await git.text(['rev-parse', '--absolute-git-dir'], { cwd: path }) }
  }
  return undefined
}

/** Why a work tree cannot follow, or undefined. `look` writes nothing at all, not even the refreshed index. */
export async function whyNot(
  git: GitRunner,
  tree: WorkTree,
  move: Move & { readonly look?: boolean; readonly env?: Readonly<Record<string, string>> | undefined },
): Promise<Obstacle | undefined> {
  const busy = readInProgress(tree)
  if (busy !== undefined) return { code: 'REPO_IN_PROGRESS', words: `${busy} is in progress in ${tree.path}` }
  const env = move.env === undefined ? {} : { env: move.env }
  const changed = await readChangedPaths(git, { cwd: tree.path, from: move.from, to: move.to, ...env })
  const dirty = await readDirty(git, tree, { changed, look: move.look === true })
  if (dirty.length > 0) return { code: 'WORKTREE_DIRTY', words: dirtyWords(dirty, tree) }
  if (move.look === true) return undefined
  const rehearsal = await git.run(['read-tree', '-n', '-m', '-u', move.from, move.to], {
    cwd: tree.path,
    mode: 'write',
    expect: [0, 128],
  })
  if (rehearsal.exitCode === 0) return undefined
  const [words = ''] = rehearsal.stderr.split('\n')
  return { code: 'WORKTREE_DIRTY', words: `${tree.path} does not allow it: ${words}` }
}

function dirtyWords(dirty: readonly string[], tree: WorkTree): string {
  const named = dirty.slice(0, 3).join(', ') + (dirty.length > 3 ? ` and ${dirty.length - 3} more` : '')
  return `${named} ${dirty.length === 1 ? 'has' : 'have'} changes of yours in ${tree.path}`
}

/** Ref first (lock and reflog), then the files; a failure of the second takes back the first. */
export async function moveWorkTree(
  git: GitRunner,
  place: Place,
  tree: WorkTree,
  change: Move & { readonly ref: string; readonly holdName: string },
): Promise<void> {
  const { ref, from, to } = change
  const call = { cwd: tree.path, mode: 'hooks' as const }
  const changed = await readChangedPaths(git, { cwd: tree.path, from, to })
  const absent = changed.filter(({ path }) => !existsSync(join(tree.path, path)))
  await recordMove(git, place, change.holdName, from)
  await git.run(['update-ref', '-m', 'wheelhouse', ref, to, from], call)
  try {
    await git.run(['read-tree', '-m', '-u', from, to], call)
  } catch (error) {
    await git.run(['update-ref', '-m', 'wheelhouse: taken back', ref, from, to], call)
    await restoreFiles(git, tree, { changed, absent })
    throw error
  }
}

/** Files that a failed read-tree had written already go back to what the untouched index says. */
async function restoreFiles(
  git: GitRunner,
  tree: WorkTree,
  files: { readonly changed: readonly ChangedPath[]; readonly absent: readonly ChangedPath[] },
): Promise<void> {
  for (const { path } of files.absent) await rm(join(tree.path, path), { force: true })
  const kept = files.changed.filter(({ from }) => from.mode !== '000000' && from.mode !== '160000')
  await git.run(['checkout-index', '-f', '-q', '-z', '--stdin'], {
    cwd: tree.path,
    mode: 'write',
    input: kept.map(({ path }) => `${path}\0`).join(''),
  })
}

/**
 * After a kill between the ref and the files: the branch is at `to`, index and files still at `from`. Then, and only then, the files follow.
 * Answers whether it did anything.
 */
export async function finishMove(git: GitRunner, tree: WorkTree, move: Move): Promise<boolean> {
  const { from, to } = move
  const call = { cwd: tree.path, mode: 'write' as const }
  const changed = await readChangedPaths(git, { cwd: tree.path, from, to })
  const touched = new Set(changed.map(({ path }) => path))
  await git.run(['update-index', '-q', '--refresh'], { ...call, expect: [0, 1] })
  const staged = await readNames(git, ['diff-index', '--cached', '-z', '--name-only', from, '--'], call)
  const unstaged = await readNames(git, ['diff-files', '-z', '--name-only', '--'], call)
  if ([...staged, ...unstaged].some((path) => touched.has(path))) return false
  if ((await readInTheWay(git, tree, changed)).length > 0) return false
  await git.run(['read-tree', '-m', '-u', from, to], { ...call, mode: 'hooks' })
  return true
}
