import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { AppError } from '#contract'
import type { GitRunner } from './runner.ts'

/** Where a clone is: its work tree (of a bare one the repository itself) and Git's own folders, as real paths. */
export type Place = { readonly path: string; readonly gitDir: string; readonly commonDir: string }

/**
 * Finds the clone at a folder and refuses what cannot be served, rather than serving half of it. Codes: `REPO_MISSING`, `REPO_NOT_GIT`,
 * `REPO_DUBIOUS` (with the command that git prints), `REPO_UNSUPPORTED` (a `.git` folder, a work tree elsewhere).
 */
export async function findPlace(git: GitRunner, folder: string): Promise<Place> {
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined)
    throw new AppError('REPO_MISSING', { message: `${folder}: the folder is not there.`, subject: folder })
  if (!found.isDirectory())
    throw new AppError('REPO_NOT_GIT', { message: `${folder} is no folder.`, subject: folder })
  const cwd = await realpath(folder)
  const told = await git
    .text(['rev-parse', '--is-bare-repository', ...folders], { cwd })
    .catch(explainDubious(folder))
  const [bare, ...lines] = told.split('\n')
  // A name with a line break in it: one by one. Relative to cwd: --path-format came with 2.31.
  const [gitDir = '', commonDir = ''] = await Promise.all(
    lines.length === 2 ? lines.map((line) => real(cwd, line)) : folders.map((name) => ask(git, cwd, name)),
  )
  if (bare === 'true') return { path: gitDir, gitDir, commonDir }
  const path = await ask(git, cwd, '--show-toplevel')
  // core.worktree may point anywhere: a clone must not make us write into another folder.
  const inside = relative(path, cwd)
  if (inside.startsWith('..') || isAbsolute(inside))
    throw unsupported(folder, `a repository whose work tree is elsewhere (${path})`)
  return { path, gitDir, commonDir }
}

const folders = ['--absolute-git-dir', '--git-common-dir'] as const

async function ask(git: GitRunner, cwd: string, place: string): Promise<string> {
  return real(cwd, await git.text(['rev-parse', place], { cwd }))
}

async function real(cwd: string, told: string): Promise<string> {
  return realpath(resolve(cwd, told)).catch((cause: unknown) => {
    throw new AppError('REPO_NOT_GIT', { message: `${cwd}: ${told} is not there.`, subject: cwd, cause })
  })
}

function unsupported(folder: string, what: string): AppError {
  return new AppError('REPO_UNSUPPORTED', {
    message: `${folder} is ${what}, which is not served.`,
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
