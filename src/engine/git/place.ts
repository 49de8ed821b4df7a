import { existsSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { AppError } from '#contract'
import type { GitRunner } from './runner.ts'

/** Where a clone is: its work tree and Git's own folders, as real paths. */
export type Place = { readonly path: string; readonly gitDir: string; readonly commonDir: string }

/**
 * Finds the clone at a folder and refuses what is not served yet, rather than serving half of it. Codes: `REPO_MISSING`, `REPO_NOT_GIT`,
 * `REPO_DUBIOUS` (with the command that git prints), `REPO_UNSUPPORTED` (bare, shallow, partial, sha256, grafts, a work tree elsewhere).
 */
export async function findPlace(git: GitRunner, folder: string): Promise<Place> {
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined)
    throw new AppError('REPO_MISSING', { message: `${folder}: the folder is not there.`, subject: folder })
  if (!found.isDirectory())
    throw new AppError('REPO_NOT_GIT', { message: `${folder} is no folder.`, subject: folder })
  const cwd = await realpath(folder)
  const bare = await git.text(['rev-parse', '--is-bare-repository'], { cwd }).catch(explainDubious(folder))
  if (bare === 'true') throw unsupported(folder, 'a bare repository')
  // One by one and relative to cwd: --path-format came with 2.31.
  const places = ['--show-toplevel', '--absolute-git-dir', '--git-common-dir'] as const
  const [path = '', gitDir = '', commonDir = ''] = await Promise.all(
    places.map(async (place) => realpath(resolve(cwd, await git.text(['rev-parse', place], { cwd })))),
  )
  // core.worktree may point anywhere: a clone must not make us write into another folder.
  const inside = relative(path, cwd)
  if (inside.startsWith('..') || isAbsolute(inside))
    throw unsupported(folder, `a repository whose work tree is elsewhere (${path})`)
  await refuseOdd(git, folder, { cwd, commonDir })
  return { path, gitDir, commonDir }
}

async function refuseOdd(
  git: GitRunner,
  folder: string,
  place: { readonly cwd: string; readonly commonDir: string },
): Promise<void> {
  if (existsSync(join(place.commonDir, 'shallow'))) throw unsupported(folder, 'a shallow clone')
  if (existsSync(join(place.commonDir, 'info', 'grafts')))
    throw unsupported(folder, 'a repository with grafts')
  const format = await git.text(
    ['config', '--get-regexp', String.raw`^(extensions\.(objectformat|partialclone)|remote\..*\.promisor)$`],
    { cwd: place.cwd, expect: [0, 1] },
  )
  if (/objectformat sha256/i.test(format)) throw unsupported(folder, 'a sha256 repository')
  if (/partialclone|promisor true/i.test(format)) throw unsupported(folder, 'a partial clone')
}

function unsupported(folder: string, what: string): AppError {
  return new AppError('REPO_UNSUPPORTED', {
    message: `${folder} is ${what}, which is not served yet.`,
    subject: folder,
  })
}

/** git prints the exact command that makes the folder safe, quoted where it must be: it is passed on, never run. */
function explainDubious(folder: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AppError) || error.code !== 'REPO_DUBIOUS') throw error
    const command =
      /git config --global --add safe\.directory .+/.exec(error.message)?.[0].trim() ??
      `git config --global --add safe.directory '${folder}'`
    throw new AppError('REPO_DUBIOUS', {
      message: `${folder} belongs to another user. If you trust it, run: ${command}`,
      subject: folder,
      data: { command },
      cause: error,
    })
  }
}
