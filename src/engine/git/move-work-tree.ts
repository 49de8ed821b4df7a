import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#contract'
import { readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import { recordMove } from './hold.ts'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'
import type { Move, WorkTree } from './work-tree.ts'

type RefMove = Move & { readonly ref: string; readonly holdName: string }

/** Ref first (lock and reflog), then the files; a failure of the second takes back the first. */
export async function moveWorkTree(
  git: GitRunner,
  place: Place,
  tree: WorkTree,
  move: RefMove,
): Promise<void> {
  const { ref, from, to } = move
  const call = { cwd: tree.path, mode: 'hooks' as const }
  const changed = await readChangedPaths(git, { cwd: tree.path, from, to })
  const absent = changed.filter(({ path }) => !existsSync(join(tree.path, path)))
  await recordMove(git, place, move.holdName, from)
  await git.run(['update-ref', '-m', 'wheelhouse', ref, to, from], call)
  try {
    await git.run(['read-tree', '-m', '-u', from, to], call)
  } catch (error) {
    await takeBack(git, tree, { ...move, changed, absent }).catch((second: unknown) => {
      throw halfWay(error, second)
    })
    throw error
  }
}

/** New files go first, which makes room on a full disk; then the ref; then what the untouched index says of the others. */
async function takeBack(
  git: GitRunner,
  tree: WorkTree,
  move: RefMove & { readonly changed: readonly ChangedPath[]; readonly absent: readonly ChangedPath[] },
): Promise<void> {
  for (const { path } of move.absent) await rm(join(tree.path, path), { force: true })
  await git.run(['update-ref', '-m', 'wheelhouse: taken back', move.ref, move.from, move.to], {
    cwd: tree.path,
    mode: 'hooks',
  })
  await restore(git, tree, move.changed)
}

/** Files as the index has them. */
export async function restore(
  git: GitRunner,
  tree: WorkTree,
  changed: readonly ChangedPath[],
): Promise<void> {
  const kept = changed.filter(({ from }) => from.mode !== '000000' && from.mode !== '160000')
  await git.run(['checkout-index', '-f', '-q', '-z', '--stdin'], {
    cwd: tree.path,
    mode: 'write',
    input: kept.map(({ path }) => `${path}\0`).join(''),
  })
}

/** Neither forward nor back (a disk without a single free block): the record of the move stays, and resuming finishes it. */
function halfWay(first: unknown, second: unknown): unknown {
  if (!(first instanceof AppError) || !(second instanceof AppError)) return second
  return new AppError(first.code, {
    message: `${first.message} Taking the branch back failed too (${second.message}): go on when that is mended.`,
    ...(first.subject === undefined ? {} : { subject: first.subject }),
    action: 'resume',
    retryable: true,
    cause: second,
  })
}
