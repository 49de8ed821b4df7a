import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Conflict, Oid } from '#contract'
import type { ChangedPath } from './changed.ts'
import { writeBlob, writeCommit, writeTree } from './quarantine.ts'
import type { Quarantine, TreeEdit } from './quarantine.ts'
import { atLeast } from './runner.ts'
import type { GitRunner } from './runner.ts'

export type HardRequest = {
  readonly cwd: string
  readonly quarantine: Quarantine
  readonly base: Oid
  readonly head: ReadonlyMap<string, ChangedPath['to']>
  readonly hard: readonly ChangedPath[]
  readonly version: readonly [number, number]
}
export type Merged = { readonly edits: readonly TreeEdit[]; readonly conflicts: readonly Conflict[] }

/** Three-way merge of paths that were changed again since: ours = head, base = `to`, theirs = `from`. */
export async function mergeHardPaths(git: GitRunner, request: HardRequest): Promise<Merged> {
  const conflicts: Conflict[] = []
  const content: ChangedPath[] = []
  for (const path of request.hard) {
    const here = request.head.get(path.path)
    const sides = [here, path.from, path.to]
    if (sides.some((side) => side === undefined || side.mode === '000000')) {
      conflicts.push({ path: path.path, why: 'It was removed on one side and changed on the other.' })
    } else if (sides.some((side) => side?.mode !== here?.mode || !side?.mode.startsWith('100'))) {
      conflicts.push({ path: path.path, why: 'Its kind or mode was changed too.' })
    } else {
      content.push(path)
    }
  }
  if (content.length === 0) return { edits: [], conflicts }
  const merged = atLeast(request.version, [2, 38])
    ? await mergeTrees(git, request, content)
    : await mergeFiles(git, request, content)
  return { edits: merged.edits, conflicts: [...conflicts, ...merged.conflicts] }
}

/**
 * Three trees that differ in the hard paths alone, as three synthetic commits (a tree as merge base needs git 2.45). With nothing else
 * different, rename detection has nothing to pair.
 */
async function mergeTrees(
  git: GitRunner,
  request: HardRequest,
  hard: readonly ChangedPath[],
): Promise<Merged> {
  const { cwd, quarantine, base } = request
  const commitOf = async (side: 'from' | 'to', parents: readonly Oid[]) => {
    const edits = hard.map((path) => ({ path: path.path, ...path[side] }))
    const tree = await writeTree(git, { cwd, quarantine, base, edits })
    return writeCommit(git, { cwd, quarantine, tree, parents, message: side })
  }
  const ancestor = await commitOf('to', [])
  const theirs = await commitOf('from', [ancestor])
  const headTree = await writeTree(git, { cwd, quarantine, base, edits: [] })
  const ours = await writeCommit(git, {
    cwd,
    quarantine,
    tree: headTree,
    parents: [ancestor],
    message: 'head',
  })
  const result = await git.run(
    [
      '-c',
      'merge.renames=false',
      'merge-tree',
      '--write-tree',
      '-z',
      '--name-only',
      '--no-messages',
      ours,
      theirs,
    ],
    {
      cwd,
      env: quarantine.env,
      mode: 'write',
      expect: [0, 1],
    },
  )
  const [tree = '', ...files] = new TextDecoder()
    .decode(result.stdout)
    .split('\0')
    .filter((part) => part !== '')
  const mergedOids = await oidsIn(git, request, tree, hard)
  if (result.exitCode === 0) return { edits: mergedOids, conflicts: [] }
  const names = new Set(files)
  return {
    edits: [],
    conflicts: await Promise.all(
      hard
        .filter(({ path }) => names.has(path))
        .map(({ path }) => toConflict(git, request, path, mergedOids)),
    ),
  }
}

async function oidsIn(
  git: GitRunner,
  request: HardRequest,
  tree: Oid,
  hard: readonly ChangedPath[],
): Promise<readonly TreeEdit[]> {
  const { stdout } = await git.run(['ls-tree', '-z', '-r', tree, '--', ...hard.map(({ path }) => path)], {
    cwd: request.cwd,
    env: request.quarantine.env,
  })
  return new TextDecoder()
    .decode(stdout)
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [meta = '', path = ''] = line.split('\t')
      const [mode = '', , oid = ''] = meta.split(' ')
      return { path, mode, oid }
    })
}

async function toConflict(
  git: GitRunner,
  request: HardRequest,
  path: string,
  merged: readonly TreeEdit[],
): Promise<Conflict> {
  const oid = merged.find((edit) => edit.path === path)?.oid
  const why = 'The same lines were changed again since.'
  if (oid === undefined) return { path, why }
  const hunk = await git.text(['cat-file', 'blob', oid], { cwd: request.cwd, env: request.quarantine.env })
  return { path, why, hunk }
}

/** git before 2.38: one file after the other by `merge-file`, whose exit code counts the conflicts (255 = cannot merge). */
async function mergeFiles(
  git: GitRunner,
  request: HardRequest,
  hard: readonly ChangedPath[],
): Promise<Merged> {
  const { cwd, quarantine } = request
  const folder = join(quarantine.dir, 'merge')
  await mkdir(folder, { recursive: true })
  const edits: TreeEdit[] = []
  const conflicts: Conflict[] = []
  for (const path of hard) {
    const here = request.head.get(path.path) ?? path.to
    for (const [name, oid] of [
      ['head', here.oid],
      ['base', path.to.oid],
      ['from', path.from.oid],
    ] as const) {
      const blob = await git.run(['cat-file', 'blob', oid], { cwd, env: quarantine.env })
      await writeFile(join(folder, name), blob.stdout)
    }
    const result = await git.run(['merge-file', '-p', '-q', 'head', 'base', 'from'], {
      cwd: folder,
      expect: anyMergeExit,
    })
    if (result.exitCode === 0)
      edits.push({
        path: path.path,
        mode: here.mode,
        oid: await writeBlob(git, cwd, quarantine, result.stdout),
      })
    else
      conflicts.push({
        path: path.path,
        why: 'The same lines were changed again since.',
        hunk: new TextDecoder().decode(result.stdout),
      })
  }
  return { edits, conflicts }
}

const anyMergeExit = Array.from({ length: 256 }, (_, code) => code)
