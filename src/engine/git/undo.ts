import type { Oid, Resolution } from '#contract'
import { AppError } from '#contract'
import { readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import { readFileEntries } from './entries.ts'
import type { FoundConflict } from './hard-paths.ts'
import { mergeHardPaths } from './merge-paths.ts'
import type { Quarantine } from './quarantine.ts'
import type { GitRunner } from './runner.ts'
import { resolvedEdit, tokenOf } from './resolve.ts'
import { writeTree } from './write-tree.ts'
import type { TreeEdit } from './write-tree.ts'

/** One reversal: the change from `from` to `to` is taken back. A commit is (its first parent or `emptyTree`, itself); a range its ends. */
export type Reversal = { readonly from: Oid; readonly to: Oid }

export type UndoRequest = {
  readonly cwd: string
  readonly quarantine: Quarantine
  readonly base: Oid
  /** In the order in which they are taken back: newest first. */
  readonly reversals: readonly Reversal[]
  readonly paths: readonly string[]
  /** Answers to conflicts of an earlier try; one whose three sides are others now is not used. */
  readonly resolutions?: readonly Resolution[] | undefined
  readonly version: readonly [number, number]
}
export type UndoResult = {
  readonly tree: Oid
  readonly changed: readonly string[]
  readonly conflicts: readonly FoundConflict[]
}

/**
 * A path-exact revert (git.md, "Undo commits"), one reversal after the other. A whole-tree merge is wrong: rename detection once moved a
 * staging revert into `overlays/prod`. Where nothing of the changes is left, and with a conflict, the tree is that of what was done before.
 */
export async function undoTree(git: GitRunner, request: UndoRequest): Promise<UndoResult> {
  // Its tree, not the commit: with a conflict at once this is the answer.
  let head = await writeTree(git, { ...request, edits: [] })
  const start = head
  const touched = new Set<string>()
  for (const reversal of request.reversals) {
    const step = await undoOne(git, { ...request, base: head }, reversal)
    for (const path of step.asked) touched.add(path)
    if (step.conflicts.length > 0) return { tree: head, changed: [...touched], conflicts: step.conflicts }
    head = step.tree
  }
  const changed = await readChangedPaths(git, {
    cwd: request.cwd,
    from: start,
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

async function undoOne(
  git: GitRunner,
  request: UndoRequest,
  reversal: Reversal,
): Promise<{
  readonly tree: Oid
  readonly asked: readonly string[]
  readonly conflicts: readonly FoundConflict[]
}> {
  const { cwd, paths, base, quarantine } = request
  const changed = await readChangedPaths(git, { cwd, ...reversal, paths, env: quarantine.env })
  const head = await headEntries(git, request, changed)
  const edits: TreeEdit[] = []
  const hard: ChangedPath[] = []
  for (const path of changed) {
    const here = head.get(path.path) ?? path.to
    if (same(here, path.to)) edits.push({ path: path.path, ...path.from })
    else if (!same(here, path.from)) hard.push(path)
  }
  const sidesOf = (path: ChangedPath) => ({
    ours: head.get(path.path) ?? path.to,
    base: path.to,
    theirs: path.from,
  })
  const open: ChangedPath[] = []
  for (const path of hard) {
    const sides = sidesOf(path)
    const answer = request.resolutions?.find(
      (one) => one.path === path.path && one.token === tokenOf(path.path, sides),
    )
    if (answer === undefined) open.push(path)
    else edits.push(await resolvedEdit(git, request, sides, answer))
  }
  const merged = await mergeHardPaths(git, { ...request, head, hard: open })
  const tree = await writeTree(git, { cwd, quarantine, base, edits: [...edits, ...merged.edits] })
  const conflicts = merged.conflicts.flatMap((conflict) => {
    const path = open.find((one) => one.path === conflict.path)
    if (path === undefined) return []
    const sides = sidesOf(path)
    return [{ ...conflict, sides, token: tokenOf(path.path, sides) }]
  })
  return { tree, asked: changed.map(({ path }) => path), conflicts }
}

/** What `base` has at the changed paths; all zeros = nothing. */
async function headEntries(
  git: GitRunner,
  request: UndoRequest,
  changed: readonly ChangedPath[],
): Promise<ReadonlyMap<string, ChangedPath['to']>> {
  const entries = await readFileEntries(git, {
    cwd: request.cwd,
    tree: request.base,
    paths: changed.map(({ path }) => path),
    env: request.quarantine.env,
  })
  const found = new Map(entries.map(({ path, mode, oid }) => [path, { mode, oid }]))
  const absent = (oid: Oid) => ({ mode: '000000', oid: '0'.repeat(oid.length) })
  return new Map(changed.map(({ path, to }) => [path, found.get(path) ?? absent(to.oid)]))
}

function same(a: ChangedPath['to'], b: ChangedPath['to']): boolean {
  return a.oid === b.oid && a.mode === b.mode
}
