import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import { readChangedPaths } from './changed.ts'
import { readDirty } from './dirty.ts'
import { readInProgress } from './refs.ts'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'

export type FastForward = { readonly done: boolean; readonly words: string }
export type WorkTree = { readonly path: string; readonly gitDir: string }
export type Move = { readonly from: Oid; readonly to: Oid }
export type Obstacle = { readonly code: 'REPO_IN_PROGRESS' | 'WORKTREE_DIRTY'; readonly words: string }

/**
 * The work tree in which a branch is checked out: the clone's own or a linked one, which may be away (on a disk that is not mounted). A branch
 * that is being rebased counts: its work tree is detached meanwhile, and the end of the rebase would find it moved.
 */
export async function readWorkTree(
  git: GitRunner,
  place: Place,
  ref: string,
): Promise<WorkTree | { readonly away: string } | undefined> {
  const { stdout } = await git.run(['worktree', 'list', '--porcelain'], { cwd: place.path })
  for (const block of new TextDecoder().decode(stdout).split('\n\n')) {
    const lines = block.split('\n')
    const listed = lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length) ?? place.path
    // Of a clone whose Git folder is elsewhere git lists that folder, and only the clone itself knows where it is.
    const own = listed === place.commonDir && place.gitDir === place.commonDir
    const path = own ? place.path : listed
    const here = lines.includes(`branch ${ref}`)
    if (!here && !lines.includes('detached')) continue
    if (!existsSync(path)) {
      if (here) return { away: path }
      continue
    }
    const tree = { path, gitDir: await git.text(['rev-parse', '--absolute-git-dir'], { cwd: path }) }
    if (here || (await isRebasing(tree, ref))) return tree
  }
  return undefined
}

async function isRebasing(tree: WorkTree, ref: string): Promise<boolean> {
  for (const folder of ['rebase-merge', 'rebase-apply']) {
    const file = join(tree.gitDir, folder, 'head-name')
    if (existsSync(file) && (await readFile(file, 'utf8')).trim() === ref) return true
  }
  return false
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
  try {
    await git.run(['read-tree', '-n', '-m', '-u', move.from, move.to], { cwd: tree.path, mode: 'write' })
    return undefined
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'GIT_FAILED') throw error
    return { code: 'WORKTREE_DIRTY', words: `${tree.path} does not allow it: ${error.message}` }
  }
}

function dirtyWords(dirty: readonly string[], tree: WorkTree): string {
  const named = dirty.slice(0, 3).join(', ') + (dirty.length > 3 ? ` and ${dirty.length - 3} more` : '')
  return `${named} ${dirty.length === 1 ? 'has' : 'have'} changes of yours in ${tree.path}`
}
