import type { Oid } from '#contract'
import { readChangedPaths } from './changed.ts'
import type { TreeEdit } from './quarantine.ts'
import type { GitRunner } from './runner.ts'

/**
 * The entries that make `paths` of `base` equal to `target`'s: files since added are removed. What `git restore --source=X --staged --worktree
 * -- paths` does. Empty = nothing to do.
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
  const changed = await readChangedPaths(git, {
    cwd: request.cwd,
    from: request.base,
    to: request.target,
    paths: request.paths,
  })
  return changed.map(({ path, to }) => ({ path, ...to }))
}
