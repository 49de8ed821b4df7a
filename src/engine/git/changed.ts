import type { Oid } from '#contract'
import type { GitRunner } from './runner.ts'

/** One path that differs between two trees, raw: what an exact undo needs. All-zero oid and mode `000000` = absent. */
export type ChangedPath = {
  readonly path: string
  readonly status: 'A' | 'M' | 'D' | 'T'
  readonly from: { readonly mode: string; readonly oid: Oid }
  readonly to: { readonly mode: string; readonly oid: Oid }
}

export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** Differences of two trees or commits, without rename detection. `env` may point at a quarantine. */
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
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--no-renames',
    '--raw',
    '--no-abbrev',
    request.from,
    request.to,
    '--',
    ...(request.paths ?? []),
  ]
  const { stdout } = await git.run(args, {
    cwd: request.cwd,
    ...(request.env === undefined ? {} : { env: request.env }),
  })
  const parts = new TextDecoder().decode(stdout).split('\0')
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
