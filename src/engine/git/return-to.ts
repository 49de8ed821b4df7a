import type { Oid } from '#contract'
import { readChangedPaths } from './changed.ts'
import type { GitRunner } from './runner.ts'
import type { TreeEdit } from './write-tree.ts'

/**
 * The entries that make `paths` of `base` equal to `target`'s: files since added are removed. What `git restore --source=X --staged --worktree
 * -- paths` does. Empty = nothing to do; no paths = nothing.
 */
export async function returnEdits(
  git: GitRunner,
  request: {
    readonly cwd: string
    readonly base: Oid
    readonly target: Oid
    readonly paths: readonly string[]
  },
): Promise<readonly TreeEdit[]> {
  const { cwd, base, target, paths } = request
  const changed = await readChangedPaths(git, { cwd, from: base, to: target, paths })
  return changed.map(({ path, to }) => ({ path, ...to }))
}
