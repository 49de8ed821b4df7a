import { existsSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#contract'
import type { GitRunner } from './runner.ts'

/** Where a clone is: its work tree and Git's own folders, as real paths. */
export type Place = { readonly path: string; readonly gitDir: string; readonly commonDir: string }

/**
 * Finds the clone at a folder and refuses what is not served yet, rather than serving half of it. Codes: `REPO_MISSING`, `REPO_NOT_GIT`,
 * `REPO_DUBIOUS` (with the command that git prints), `REPO_UNSUPPORTED` (bare, shallow, partial, sha256).
 */
export async function findPlace(git: GitRunner, folder: string): Promise<Place> {
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined)
    throw new AppError('REPO_MISSING', { message: `${folder}: the folder is not there.`, subject: folder })
  if (!found.isDirectory())
    throw new AppError('REPO_NOT_GIT', { message: `${folder} is no folder.`, subject: folder })
  const cwd = await realpath(folder)
  const read = (args: readonly string[]) => git.text(args, { cwd })
  if ((await read(['rev-parse', '--is-bare-repository'])) === 'true')
    throw unsupported(folder, 'a bare repository')
  const [path = '', gitDir = '', commonDir = ''] = (
    await read([
      'rev-parse',
      '--path-format=absolute',
      '--show-toplevel',
      '--absolute-git-dir',
      '--git-common-dir',
    ])
  ).split('\n')
  if (existsSync(join(commonDir, 'shallow'))) throw unsupported(folder, 'a shallow clone')
  const format = await git.text(
    ['config', '--get-regexp', String.raw`^(extensions\.(objectformat|partialclone)|remote\..*\.promisor)$`],
    { cwd, expect: [0, 1] },
  )
  if (/objectformat sha256/i.test(format)) throw unsupported(folder, 'a sha256 repository')
  if (/partialclone|promisor true/i.test(format)) throw unsupported(folder, 'a partial clone')
  return { path, gitDir, commonDir }
}

function unsupported(folder: string, what: string): AppError {
  return new AppError('REPO_UNSUPPORTED', { message: `${folder} is ${what}.`, subject: folder })
}
