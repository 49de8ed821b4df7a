import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '#contract'
import type { Place } from '../place.ts'
import { createConfig, isTrue } from './config.ts'
import { absent, listFolder } from './disk.ts'
import { maxPackBytes } from './disk-fs.ts'

/**
 * Finds the clone at a folder as git would, and refuses what isomorphic-git cannot read. That a folder belongs to somebody else is no matter
 * here (`any`: nor what it is): git refuses it since it would run what that person configured, and nothing is run. `REPO_MISSING`, `REPO_NOT_GIT`,
 * `REPO_UNSUPPORTED`, `REPO_NEEDS_GIT`.
 */
export async function findPlaceWithoutGit(
  folder: string,
  which: 'readable' | 'any' = 'readable',
): Promise<Place> {
  const found = await stat(folder).catch(absent)
  if (found === undefined)
    throw new AppError('REPO_MISSING', { message: `${folder}: the folder is not there.`, subject: folder })
  if (!found.isDirectory()) throw notGit(folder, 'is no folder')
  const place = await climb(folder, await realpath(folder))
  if (which === 'readable') await refuseUnreadable(folder, place)
  return place
}

async function climb(folder: string, from: string): Promise<Place> {
  for (let at = from; ; at = dirname(at)) {
    const pointed = await readPointer(at)
    const gitDir = pointed ?? join(at, '.git')
    if (await isGitDir(gitDir)) return openWorkTree(folder, at, await realpath(gitDir))
    if (pointed !== undefined) throw notGit(folder, `${pointed} is not there`)
    if (await isGitDir(at)) return openBare(folder, at)
    if (dirname(at) === at) throw notGit(folder, 'is no Git repository')
  }
}

/** Where a `.git` file says that the repository is: a linked work tree, a submodule. */
async function readPointer(at: string): Promise<string | undefined> {
  const file = join(at, '.git')
  const found = await stat(file).catch(absent)
  if (found?.isFile() !== true) return undefined
  const to = found.size > 8192 ? undefined : /^gitdir: (.+?)\s*$/s.exec(await readFile(file, 'utf8'))?.[1]
  if (to === undefined) throw notGit(at, 'its .git file names no folder')
  return resolve(at, to)
}

async function isGitDir(dir: string): Promise<boolean> {
  const head = await stat(join(dir, 'HEAD')).catch(absent)
  if (head?.isFile() !== true) return false
  const common = await readCommonDir(dir)
  const folders = await Promise.all(['objects', 'refs'].map((name) => stat(join(common, name)).catch(absent)))
  return folders.every((one) => one?.isDirectory() === true)
}

async function readCommonDir(gitDir: string): Promise<string> {
  const text = await readFile(join(gitDir, 'commondir'), 'utf8').catch(absent)
  return text === undefined ? gitDir : resolve(gitDir, text.trim())
}

async function openWorkTree(folder: string, path: string, gitDir: string): Promise<Place> {
  const commonDir = await realpath(await readCommonDir(gitDir))
  const elsewhere = await createConfig({ commonDir, gitDir }).get('core.worktree')
  if (elsewhere !== '' && (await realpath(resolve(gitDir, elsewhere)).catch(absent)) !== path)
    throw unsupported(folder, `a repository whose work tree is elsewhere (${elsewhere})`)
  return { path, gitDir, commonDir }
}

async function openBare(folder: string, at: string): Promise<Place> {
  const commonDir = await realpath(await readCommonDir(at))
  if (!isTrue(await createConfig({ commonDir, gitDir: at }).get('core.bare')))
    throw unsupported(folder, 'the Git folder of a repository')
  return { path: at, gitDir: at, commonDir }
}

async function refuseUnreadable(folder: string, place: Place): Promise<void> {
  const { commonDir } = place
  const config = createConfig(place)
  const [format, refs] = await Promise.all([
    config.get('extensions.objectformat'),
    config.get('extensions.refstorage'),
  ])
  if (format !== '' && format !== 'sha1') throw unsupported(folder, `a ${format} repository`)
  if (refs !== '' && refs !== 'files') throw unsupported(folder, `a ${refs} repository`)
  if ((await stat(join(commonDir, 'objects/info/alternates')).catch(absent)) !== undefined)
    throw unsupported(folder, 'a repository that borrows objects from another')
  const bytes = await packBytes(commonDir)
  if (bytes > maxPackBytes)
    throw new AppError('REPO_NEEDS_GIT', {
      message: `${folder} has ${Math.round(bytes / 1024 / 1024)} MB of history, and git was not found on the PATH.`,
      subject: folder,
      action: 'open-doctor',
      retryable: true,
      data: { bytes, maxBytes: maxPackBytes },
    })
}

async function packBytes(commonDir: string): Promise<number> {
  const folder = join(commonDir, 'objects/pack')
  const packs = (await listFolder(folder)).filter(({ name }) => name.endsWith('.pack'))
  const sizes = await Promise.all(
    packs.map(async ({ name }) => (await stat(join(folder, name)).catch(absent))?.size),
  )
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}

function unsupported(folder: string, what: string): AppError {
  return new AppError('REPO_UNSUPPORTED', {
    message: `${folder} is ${what}, which is not read without git: install it.`,
    subject: folder,
    action: 'open-doctor',
  })
}

function notGit(folder: string, why: string): AppError {
  return new AppError('REPO_NOT_GIT', {
    message: `${folder}: ${why}.`,
    subject: folder,
    action: 'open-settings',
  })
}
