import { join } from 'node:path'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import { readChangedPaths } from './changed.ts'
import type { Quarantine } from './quarantine.ts'
import type { GitRunner } from './runner.ts'
import { oddName } from './tree.ts'

/** One entry to set; mode `000000` = removed. */
export type TreeEdit = { readonly path: string; readonly mode: string; readonly oid: Oid }

export type WriteTreeRequest = {
  readonly cwd: string
  readonly quarantine: Quarantine
  /** A commit or a tree. */
  readonly base: Oid
  readonly edits: readonly TreeEdit[]
}

// A clone's own settings would put files of the private index beside the user's.
const ownIndex = ['-c', 'core.splitIndex=false', '-c', 'index.sparse=false']

/**
 * `base`'s tree with these entries set, by a private index: exact for odd names, the user's index untouched. Nothing else may differ, which
 * is looked at afterwards. `REPO_UNSUPPORTED`: a submodule, a name that is no UTF-8, entries that git would normalise on the way.
 */
export async function writeTree(git: GitRunner, request: WriteTreeRequest): Promise<Oid> {
  const { cwd, quarantine, base, edits } = request
  for (const edit of edits) refuseOdd(edit)
  const env = { ...quarantine.env, GIT_INDEX_FILE: join(quarantine.dir, 'index') }
  const call = { cwd, env, mode: 'write' as const }
  await git.run([...ownIndex, 'read-tree', base], call)
  const removed = edits.filter(({ mode }) => mode === '000000')
  const set = edits.filter(({ mode }) => mode !== '000000')
  // Removals first: a file may become a folder.
  const lines = [
    ...removed.map(({ path }) => `0 ${'0'.repeat(base.length)}\t${path}\0`),
    ...set.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}\0`),
  ]
  if (lines.length > 0)
    await git.run([...ownIndex, 'update-index', '-z', '--index-info'], { ...call, input: lines.join('') })
  const tree = await git.text([...ownIndex, 'write-tree'], call)
  await assertOnly(git, request, tree)
  return tree
}

function refuseOdd({ path, mode }: TreeEdit): void {
  if (path.includes('\uFFFD')) throw oddName(path)
  if (mode === '160000')
    throw new AppError('REPO_UNSUPPORTED', {
      message: `${path} is a submodule, which is not changed here.`,
      subject: path,
    })
}

async function assertOnly(git: GitRunner, request: WriteTreeRequest, tree: Oid): Promise<void> {
  const asked = new Set(request.edits.map(({ path }) => path))
  const env = request.quarantine.env
  const changed = await readChangedPaths(git, { cwd: request.cwd, from: request.base, to: tree, env })
  const stray = changed.find(({ path }) => !asked.has(path))
  if (stray !== undefined)
    throw new AppError('REPO_UNSUPPORTED', {
      message: `${stray.path} would change too (its mode ${stray.from.mode} is not kept by git).`,
      subject: stray.path,
    })
}
