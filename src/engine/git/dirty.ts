import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { fitsCommandLine, pathFilter } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import type { GitRunner } from './runner.ts'

/**
 * Touched paths that the user has changed, staged, deleted or put there. read-tree alone would silently restore a file that the user deleted,
 * and since git 2.34 it overwrites what is ignored: to us no file of the user's is worth less than another.
 */
export async function readDirty(
  git: GitRunner,
  tree: { readonly path: string },
  request: { readonly changed: readonly ChangedPath[]; readonly look: boolean },
): Promise<readonly string[]> {
  if (request.changed.length === 0) return []
  const call = { cwd: tree.path, mode: request.look ? ('read' as const) : ('write' as const) }
  const flags = ['--porcelain=v1', '-z', '--untracked-files=no', '--no-renames', '--ignore-submodules=dirty']
  const touched = request.changed.map(({ path }) => path)
  const changed = await readBelow(git, ['status', ...flags], { ...call, paths: touched, prefix: 3 })
  return [...changed, ...(await readInTheWay(git, tree, request.changed))]
}

/** What lies on the disk, untracked or ignored, where new files would go. */
export async function readInTheWay(
  git: GitRunner,
  tree: { readonly path: string },
  changed: readonly ChangedPath[],
): Promise<readonly string[]> {
  const added = changed.filter(({ from }) => from.mode === '000000').map(({ path }) => path)
  const removed = new Set(changed.filter(({ to }) => to.mode === '000000').map(({ path }) => path))
  // Without exclude rules: ignored files are listed too.
  const call = { cwd: tree.path, mode: 'read' as const, paths: added, prefix: 0 }
  const others = await readBelow(git, ['ls-files', '--others', '-z'], call)
  const inTheWay = await filesInPlaceOfFolders(tree.path, added)
  return [...others, ...inTheWay.filter((path) => !removed.has(path))]
}

/** Names that git lists at these paths or below them, whatever the length of a command line. */
async function readBelow(
  git: GitRunner,
  verb: readonly string[],
  call: {
    readonly cwd: string
    readonly mode: 'read' | 'write'
    readonly paths: readonly string[]
    readonly prefix: number
  },
): Promise<readonly string[]> {
  if (call.paths.length === 0) return []
  const names = await readNames(
    git,
    [...verb, '--', ...(fitsCommandLine(call.paths) ? call.paths : [])],
    call,
  )
  const inside = pathFilter(call.paths)
  return names.map((name) => name.slice(call.prefix)).filter(inside)
}

/** NUL-separated names that a command prints. */
export async function readNames(
  git: GitRunner,
  args: readonly string[],
  call: { readonly cwd: string; readonly mode: 'read' | 'write' },
): Promise<readonly string[]> {
  const { stdout } = await git.run(args, { cwd: call.cwd, mode: call.mode })
  return new TextDecoder()
    .decode(stdout)
    .split('\0')
    .filter((name) => name !== '')
}

/** Folders of new files that are something else on the disk: a file, or a link out of the tree. */
async function filesInPlaceOfFolders(root: string, added: readonly string[]): Promise<readonly string[]> {
  const folders = new Set(added.flatMap(parentsOf))
  const found = await Promise.all(
    [...folders].map(async (folder) => {
      const stats = await lstat(join(root, folder)).catch(() => undefined)
      return stats !== undefined && !stats.isDirectory() ? [folder] : []
    }),
  )
  return found.flat()
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}
