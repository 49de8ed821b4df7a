import { lstat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { inflateSync } from 'node:zlib'
import type { PromiseFsClient } from 'isomorphic-git'
import { AppError } from '#contract'
import { listFolder, readRegular } from './disk.ts'

/** An object of more is refused, as over cat-file. */
export const maxObjectBytes = 64 * 1024 * 1024
/** isomorphic-git holds whole packs in memory. */
export const maxPackBytes = 300 * 1024 * 1024
const maxConfigBytes = 1024 * 1024

/** What isomorphic-git is given instead of a path: its own joins make these out of it. */
export const virtualDir = '/repository'

/**
 * The file system that isomorphic-git reads a clone through: objects, packs and the configuration, as regular files of one folder. It
 * opens nothing else (no alternates, no pointer to another folder), and never writes.
 */
export function createDiskFs(commonDir: string, configFile = join(commonDir, 'config')): PromiseFsClient {
  const toReal = (path: string) =>
    path === `${virtualDir}/config`
      ? configFile
      : join(commonDir, ...posix.relative(virtualDir, path).split('/'))
  const readFile = async (path: string, options?: unknown) => {
    const maxBytes = limitOf(path)
    const bytes = maxBytes === undefined ? undefined : await readRegular(toReal(path), { maxBytes })
    if (bytes === undefined) throw notThere(path)
    if (isLoose(path)) checkInflates(bytes, path)
    return options === undefined || JSON.stringify(options) === '{}' ? bytes : bytes.toString('utf8')
  }
  const refuse = (path: string) => Promise.reject(notThere(path))
  const stat = async (path: string) => {
    if (path !== virtualDir) throw notThere(path)
    return lstat(commonDir)
  }
  return {
    promises: {
      readFile,
      readdir: async (path: string) =>
        /^\/repository\/objects\/(pack|[0-9a-f]{2})$/.test(path)
          ? (await listFolder(toReal(path))).map(({ name }) => name)
          : [],
      stat,
      lstat: stat,
      readlink: refuse,
      writeFile: refuse,
      unlink: refuse,
      mkdir: refuse,
      rmdir: refuse,
      symlink: refuse,
    },
  }
}

function limitOf(path: string): number | undefined {
  if (path === `${virtualDir}/config`) return maxConfigBytes
  if (isLoose(path)) return maxObjectBytes
  return /^\/repository\/objects\/pack\/[^/]+\.(pack|idx)$/.test(path) ? maxPackBytes : undefined
}

function isLoose(path: string): boolean {
  return /^\/repository\/objects\/[0-9a-f]{2}\/[0-9a-f]{38}$/.test(path)
}

/** A few bytes may inflate to gigabytes, and isomorphic-git would follow them. */
function checkInflates(bytes: Uint8Array, path: string): void {
  try {
    inflateSync(bytes, { maxOutputLength: maxObjectBytes + 64 })
  } catch (cause) {
    const oid = path.slice(-41).replace('/', '')
    if (cause instanceof RangeError) throw tooLarge(oid, { cause })
    throw new AppError('REPO_CORRUPT', { message: `${oid} cannot be read.`, subject: oid, cause })
  }
}

export function tooLarge(
  oid: string,
  { bytes, cause }: { readonly bytes?: number; readonly cause?: unknown },
) {
  return new AppError('OBJECT_TOO_LARGE', {
    message: `${oid}: an object of ${bytes === undefined ? 'more than 64 MB' : `${bytes} bytes`} is too large to read.`,
    subject: oid,
    data: { bytes: bytes ?? maxObjectBytes + 1 },
    cause,
  })
}

function notThere(path: string): Error {
  return Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
}
