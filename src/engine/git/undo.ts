import type { Conflict, Oid } from '#contract'
import { AppError } from '#contract'
import { emptyTree, readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import { mergeHardPaths } from './merge-paths.ts'
import type { Quarantine, TreeEdit } from './quarantine.ts'
import { writeTree } from './quarantine.ts'
import type { GitRunner } from './runner.ts'

/** One reversal: the change from `from` to `to` is taken back. A commit is (its first parent, itself); a range its ends. */
export type Reversal = { readonly from: Oid; readonly to: Oid }

export type UndoRequest = {
  readonly cwd: string
  readonly quarantine: Quarantine
  readonly base: Oid
  readonly reversals: readonly Reversal[]
  readonly paths: readonly string[]
  readonly version: readonly [number, number]
}
export type UndoResult = {
  readonly tree: Oid
  readonly changed: readonly string[]
  readonly conflicts: readonly Conflict[]
}

/**
 * A path-exact revert (git.md, "Undo commits"), one reversal after the other. A whole-tree merge is wrong: rename detection once moved a
 * staging revert into `overlays/prod`. Throws `UNDO_NOTHING` where nothing of the changes is left.
 */
export async function undoTree(git: GitRunner, request: UndoRequest): Promise<UndoResult> {
  let head = request.base
  const touched = new Set<string>()
  for (const reversal of request.reversals) {
    const step = await undoOne(git, { ...request, base: head }, reversal)
    if (step.conflicts.length > 0) return { ...step, changed: [...touched] }
    for (const path of step.changed) touched.add(path)
    head = step.tree
  }
  const changed = await readChangedPaths(git, {
    cwd: request.cwd,
    from: request.base,
    to: head,
    env: request.quarantine.env,
  })
  const stray = changed.find(({ path }) => !touched.has(path))
  if (stray !== undefined)
    throw new AppError('INTERNAL', {
      message: `The undo would change ${stray.path}, which it was not asked to.`,
    })
  return { tree: head, changed: changed.map(({ path }) => path), conflicts: [] }
}

async function undoOne(git: GitRunner, request: UndoRequest, reversal: Reversal): Promise<UndoResult> {
  const { cwd, paths, base, quarantine } = request
  const env = quarantine.env
  const changed = await readChangedPaths(git, { cwd, ...reversal, paths, env })
  const head = await headEntries(git, request, changed)
  const edits: TreeEdit[] = []
  const hard: ChangedPath[] = []
  for (const path of changed) {
    const here = head.get(path.path) ?? path.to
    if (same(here, path.to)) edits.push({ path: path.path, ...path.from })
    else if (!same(here, path.from)) hard.push(path)
  }
  const merged = await mergeHardPaths(git, { ...request, head, hard })
  const all = [...edits, ...merged.edits]
  const tree = await writeTree(git, { cwd, quarantine, base, edits: all })
  return { tree, changed: all.map(({ path }) => path), conflicts: merged.conflicts }
}

/** Entries of `base` that differ from `to` at the changed paths; a path that is not in the answer equals `to`. */
async function headEntries(
  git: GitRunner,
  request: UndoRequest,
  changed: readonly ChangedPath[],
): Promise<ReadonlyMap<string, ChangedPath['to']>> {
  if (changed.length === 0) return new Map()
  const wanted = new Map(changed.map((path) => [path.path, path]))
  const all = await readChangedPaths(git, {
    cwd: request.cwd,
    from: emptyTree,
    to: request.base,
    paths: changed.length > 500 ? request.paths : changed.map(({ path }) => path),
    env: request.quarantine.env,
  })
  const found = new Map(all.filter(({ path }) => wanted.has(path)).map(({ path, to }) => [path, to]))
  const absent = { mode: '000000', oid: '0'.repeat(40) }
  return new Map(changed.map(({ path }) => [path, found.get(path) ?? absent]))
}

export function same(a: ChangedPath['to'], b: ChangedPath['to']): boolean {
  return a.oid === b.oid && a.mode === b.mode
}
