import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import { readInTheWay, readNames } from './dirty.ts'
import { restore } from './move-work-tree.ts'
import type { GitRunner } from './runner.ts'
import type { Move, WorkTree } from './work-tree.ts'

/** `behind`: the files are still where the branch was, and changes of the user's keep them there. */
export type FinishedMove = 'finished' | 'was-there' | 'behind'

/**
 * After a kill between the ref and the files: the branch is at `to`, the index at `from`, and of the files perhaps some are there already.
 * The files follow; one that is neither what it was nor what it will be is the user's and stays.
 */
export async function finishMove(git: GitRunner, tree: WorkTree, move: Move): Promise<FinishedMove> {
  const { from, to } = move
  const call = { cwd: tree.path, mode: 'write' as const }
  const changed = await readChangedPaths(git, { cwd: tree.path, from, to })
  const touched = new Map(changed.map((path) => [path.path, path]))
  const refresh = () => git.run(['update-index', '-q', '--refresh'], { ...call, expect: [0, 1] })
  await refresh()
  const staged = await readNames(git, ['diff-index', '--cached', '-z', '--name-only', from, '--'], call)
  if (staged.some((path) => touched.has(path))) return 'was-there'
  const unstaged = await readNames(git, ['diff-files', '-z', '--name-only', '--'], call)
  const inTheWay = await readInTheWay(git, tree, changed)
  const odd = [...unstaged, ...inTheWay].flatMap((path) => touched.get(path) ?? [])
  for (const path of odd) if (!(await isNewFile(git, tree, path))) return 'behind'
  if (inTheWay.some((path) => !touched.has(path))) return 'behind'
  for (const path of inTheWay) await rm(join(tree.path, path))
  await restore(git, tree, odd)
  await refresh()
  await git.run(['read-tree', '-m', '-u', from, to], { ...call, mode: 'hooks' })
  return 'finished'
}

/** Did the killed run write this file already? */
async function isNewFile(git: GitRunner, tree: WorkTree, { path, to }: ChangedPath): Promise<boolean> {
  const hash = await git.run(['hash-object', '--', path], { cwd: tree.path, mode: 'write', expect: [0, 128] })
  return new TextDecoder().decode(hash.stdout).trim() === to.oid
}
