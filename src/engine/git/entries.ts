import type { Oid } from '#contract'
import { fitsCommandLine, pathFilter } from './changed.ts'
import type { GitRunner } from './runner.ts'
import type { TreeEdit } from './write-tree.ts'

/** Files of a tree at these paths and below them. */
export async function readFileEntries(
  git: GitRunner,
  request: {
    readonly cwd: string
    readonly tree: Oid
    readonly paths: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<readonly TreeEdit[]> {
  const { cwd, tree, paths, env } = request
  if (paths.length === 0) return []
  const pathspec = fitsCommandLine(paths) ? paths : []
  const { stdout } = await git.run(['ls-tree', '-r', '-z', '--full-tree', tree, '--', ...pathspec], {
    cwd,
    ...(env === undefined ? {} : { env }),
  })
  const inside = pathFilter(paths)
  return new TextDecoder()
    .decode(stdout)
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t')
      const [mode = '', , oid = ''] = line.slice(0, tab).split(' ')
      return { path: line.slice(tab + 1), mode, oid }
    })
    .filter(({ path }) => inside(path))
}
