import type { Oid } from '#contract'
import type { ChangedPath } from './changed.ts'
import { readFileEntries } from './entries.ts'
import { overlap } from './hard-paths.ts'
import type { HardRequest, Merged } from './hard-paths.ts'
import { writeCommit } from './quarantine.ts'
import type { Quarantine } from './quarantine.ts'
import type { GitRunner } from './runner.ts'
import { writeTree } from './write-tree.ts'
import type { TreeEdit } from './write-tree.ts'

// The three commits are scaffolding that never leaves the quarantine: they need a name, but nobody's.
const nobody = {
  GIT_AUTHOR_NAME: 'merge',
  GIT_AUTHOR_EMAIL: 'merge@invalid',
  GIT_COMMITTER_NAME: 'merge',
  GIT_COMMITTER_EMAIL: 'merge@invalid',
}

/**
 * Three trees that differ in the hard paths alone, as three synthetic commits (a tree as merge base needs git 2.45). With nothing else
 * different, rename detection has nothing to pair.
 */
export async function mergeByTree(git: GitRunner, request: HardRequest): Promise<Merged> {
  const { cwd, quarantine, base, hard } = request
  const commitOf = async (side: 'from' | 'to' | undefined, parents: readonly Oid[]) => {
    const edits = side === undefined ? [] : hard.map((path) => ({ path: path.path, ...path[side] }))
    const tree = await writeTree(git, { cwd, quarantine, base, edits })
    return writeCommit(git, { cwd, quarantine, tree, parents, message: 'merge', env: nobody })
  }
  const ancestor = await commitOf('to', [])
  const theirs = await commitOf('from', [ancestor])
  const ours = await commitOf(undefined, [ancestor])
  const { tree, isClean, names } = await conflictingPaths(git, quarantine, { ours, theirs })
  const merged = await readFileEntries(git, {
    cwd,
    tree,
    paths: hard.map(({ path }) => path),
    env: quarantine.env,
  })
  if (isClean) return { edits: merged, conflicts: [] }
  const inConflict = hard.filter(({ path }) => names.has(path))
  return {
    edits: [],
    conflicts: await Promise.all(inConflict.map((path) => toConflict(git, request, path, merged))),
  }
}

/** Merges two commits of the quarantine, out of reach of the clone's configuration. `names`: files in conflict. */
export async function conflictingPaths(
  git: GitRunner,
  quarantine: Quarantine,
  { ours, theirs }: { readonly ours: Oid; readonly theirs: Oid },
): Promise<{ readonly tree: Oid; readonly isClean: boolean; readonly names: ReadonlySet<string> }> {
  const verb = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs]
  const result = await git.run(['-c', 'merge.renames=false', ...verb], {
    cwd: quarantine.dir,
    env: quarantine.neutralEnv,
    mode: 'write',
    expect: [0, 1],
  })
  const [tree = '', ...files] = new TextDecoder()
    .decode(result.stdout)
    .split('\0')
    .filter((part) => part !== '')
  return { tree, isClean: result.exitCode === 0, names: new Set(files) }
}

async function toConflict(
  git: GitRunner,
  request: HardRequest,
  { path }: ChangedPath,
  merged: readonly TreeEdit[],
): Promise<Merged['conflicts'][number]> {
  const oid = merged.find((edit) => edit.path === path)?.oid
  if (oid === undefined) return { path, why: overlap }
  const blob = await git.run(['cat-file', 'blob', oid], { cwd: request.cwd, env: request.quarantine.env })
  // A merge of what is no text answers head's bytes, without marks.
  if (blob.stdout.includes(0)) return { path, why: 'It is no text and was changed again since.' }
  return { path, why: overlap, hunk: new TextDecoder().decode(blob.stdout) }
}
