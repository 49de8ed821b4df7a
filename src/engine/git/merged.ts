import type { Oid } from '#contract'
import { fitsCommandLine, readChangedPaths } from './changed.ts'
import type { GitRunner } from './runner.ts'

/** Where a proposed commit arrived: the commit of the branch's own line that brought it, and how that is known. */
export type Merged = { readonly oid: Oid; readonly how: 'ancestry' | 'tree' | 'patch' }

export type MergedQuestion = {
  /** What was proposed: the commit, and the newest state of its branch where others added to it. */
  readonly heads: readonly Oid[]
  /** Where the branch to merge into was when the proposal was made. */
  readonly base: Oid
  /** Where it is now. */
  readonly tip: Oid
}

/**
 * Has a proposal been merged? By ancestry (merge commit, fast-forward), else by the files it touches being the same (squash, rebase), else by
 * the patch (squash or rebase onto later changes of the same files). Only the branch's own line is looked at: what a controller follows.
 */
export async function findMerged(
  git: GitRunner,
  cwd: string,
  question: MergedQuestion,
): Promise<Merged | undefined> {
  const { base, tip } = question
  if (tip === base) return undefined
  for (const head of question.heads) {
    if (await isAncestor(git, cwd, head, tip))
      return { oid: await arrival(git, cwd, { head, base, tip }), how: 'ancestry' }
  }
  for (const head of question.heads) {
    const found = await findEqual(git, cwd, { head, base, tip })
    if (found !== undefined) return found
  }
  return undefined
}

type Ends = { readonly head: Oid; readonly base: Oid; readonly tip: Oid }

/** The first commit of the branch's own line that has the head; the line is searched by halves, each step asks once. */
async function arrival(git: GitRunner, cwd: string, { head, base, tip }: Ends): Promise<Oid> {
  const line = await lineOf(git, cwd, { base, tip, paths: [] })
  let first = 0
  let last = line.length - 1
  while (first < last) {
    const middle = Math.floor((first + last) / 2)
    if (await isAncestor(git, cwd, head, line[middle] ?? tip)) last = middle
    else first = middle + 1
  }
  return line[first] ?? tip
}

async function findEqual(
  git: GitRunner,
  cwd: string,
  { head, base, tip }: Ends,
): Promise<Merged | undefined> {
  const from = await mergeBase(git, cwd, head, tip)
  if (from === undefined) return undefined
  const paths = (await readChangedPaths(git, { cwd, from, to: head })).map(({ path }) => path)
  if (paths.length === 0) return undefined
  const line = await lineOf(git, cwd, { base, tip, paths })
  for (const oid of line) {
    const differing = await readChangedPaths(git, { cwd, from: head, to: oid, paths })
    if (differing.length === 0) return { oid, how: 'tree' }
  }
  const wanted = await patchId(git, cwd, { from, to: head, paths })
  for (const oid of wanted === undefined ? [] : line) {
    if ((await patchId(git, cwd, { from: `${oid}^1`, to: oid, paths })) === wanted)
      return { oid, how: 'patch' }
  }
  return undefined
}

/** Commits of the branch's own line since `base`, oldest first; with paths, those that changed one of them. */
async function lineOf(
  git: GitRunner,
  cwd: string,
  range: { readonly base: Oid; readonly tip: Oid; readonly paths: readonly string[] },
): Promise<readonly Oid[]> {
  const { base, tip, paths } = range
  const limit = fitsCommandLine(paths) ? paths : []
  const text = await git.text(['rev-list', '--first-parent', '--reverse', tip, `^${base}`, '--', ...limit], {
    cwd,
  })
  return text.split('\n').filter((oid) => oid !== '')
}

/**
 * The identity of a change of these paths, whatever its line numbers are. One line of context: a merge without conflict leaves the neighbours of a
 * change as they were, and no more.
 */
async function patchId(
  git: GitRunner,
  cwd: string,
  change: { readonly from: string; readonly to: Oid; readonly paths: readonly string[] },
): Promise<string | undefined> {
  const { from, to, paths } = change
  const limit = fitsCommandLine(paths) ? paths : []
  const flags = ['-r', '-p', '-U1', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv']
  const { stdout } = await git.run(['diff-tree', ...flags, from, to, '--', ...limit], { cwd })
  if (stdout.length === 0) return undefined
  const id = await git.text(['patch-id', '--stable'], { cwd, input: stdout })
  return id.split(' ')[0] || undefined
}

async function mergeBase(git: GitRunner, cwd: string, a: Oid, b: Oid): Promise<Oid | undefined> {
  return (await git.text(['merge-base', a, b], { cwd, expect: [0, 1] })).split('\n')[0] || undefined
}

async function isAncestor(git: GitRunner, cwd: string, ancestor: Oid, of: Oid): Promise<boolean> {
  const call = { cwd, expect: [0, 1] }
  return (await git.run(['merge-base', '--is-ancestor', ancestor, of], call)).exitCode === 0
}
