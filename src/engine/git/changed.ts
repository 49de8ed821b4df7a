import type { Oid } from '#contract'
import type { GitRunner } from './runner.ts'

/** One path that differs between two trees, raw: what an exact undo needs. All-zero oid and mode `000000` = absent. */
export type ChangedPath = {
  readonly path: string
  readonly status: 'A' | 'M' | 'D' | 'T'
  readonly from: { readonly mode: string; readonly oid: Oid }
  readonly to: { readonly mode: string; readonly oid: Oid }
}

/** What a repository without files has as its tree: git knows it even where it is not stored. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

// A command line ends at 32 kB on Windows: longer lists of paths are applied here.
const maxPathspecBytes = 24_000

const emptySha256Tree = '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321'

/** Differences of two trees or commits, without rename detection. No `paths` = all; an empty list = none. `env` may point at a quarantine. */
export async function readChangedPaths(
  git: GitRunner,
  request: {
    readonly cwd: string
    readonly from: Oid
    readonly to: Oid
    readonly paths?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<readonly ChangedPath[]> {
  const { cwd, to, paths, env } = request
  if (paths?.length === 0 || request.from === to) return []
  const from = request.from === emptyTree && to.length === 64 ? emptySha256Tree : request.from
  const short = paths === undefined || fitsCommandLine(paths)
  const pathspec = short ? (paths ?? []).map((path) => path || '.') : []
  const verb = ['diff-tree', '-r', '-z', '--no-renames', '--raw', '--no-abbrev', from, to, '--', ...pathspec]
  const { stdout } = await git.run(verb, { cwd, ...(env === undefined ? {} : { env }) })
  const changed = parseRaw(new TextDecoder().decode(stdout))
  if (paths === undefined || short) return changed
  const inside = pathFilter(paths)
  return changed.filter(({ path }) => inside(path))
}

export function fitsCommandLine(paths: readonly string[]): boolean {
  return paths.reduce((bytes, path) => bytes + Buffer.byteLength(path) + 1, 0) <= maxPathspecBytes
}

/** Does a path equal one of these or lie below it? What literal pathspecs mean to git. */
export function pathFilter(paths: readonly string[]): (path: string) => boolean {
  const wanted = new Set(paths.map((path) => path.replace(/\/+$/, '')))
  if (wanted.has('') || wanted.has('.')) return () => true
  return (path) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (wanted.has(path.slice(0, end))) return true
    }
    return false
  }
}

function parseRaw(text: string): readonly ChangedPath[] {
  const parts = text.split('\0')
  const changed: ChangedPath[] = []
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [fromMode = '', toMode = '', fromOid = '', toOid = '', status = 'M'] = (parts[i] ?? '')
      .slice(1)
      .split(' ')
    changed.push({
      path: parts[i + 1] ?? '',
      status: status.slice(0, 1) as ChangedPath['status'],
      from: { mode: fromMode, oid: fromOid },
      to: { mode: toMode, oid: toOid },
    })
  }
  return changed
}
