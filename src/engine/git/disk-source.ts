import { lstat, readFile, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#contract'
import type { TreeEntry, TreeSource } from './tree.ts'

/** No manifest is as large; a renderer refuses less than this. */
const maxBytes = 64 * 1024 * 1024

/**
 * The work tree as it is on the disk, tracked or not, read without git: no filter of the repository runs. Oids are made of size and time:
 * equal ones mean an untouched file, and none is an object of the clone.
 */
export function createDiskSource(root: string, id: string): TreeSource {
  const at = (path: string) => join(root, ...path.split('/').filter((part) => part !== '' && part !== '.'))
  const entryAt = async (folder: string, name: string): Promise<TreeEntry | undefined> => {
    const stat = await lstat(join(folder, name), { bigint: true }).catch(absent)
    if (stat === undefined) return undefined
    const oid = stat.isDirectory() ? `${id}:${stat.ino}` : `${id}:${stat.ino}:${stat.size}:${stat.mtimeNs}`
    if (stat.isDirectory()) return { name, oid, kind: 'dir', mode: '040000' }
    if (stat.isSymbolicLink()) return { name, oid, kind: 'symlink', mode: '120000' }
    // Sockets, pipes and devices are no content.
    return stat.isFile() ? { name, oid, kind: 'file', mode: '100644' } : undefined
  }
  return {
    id,
    list: async (dir) => {
      const folder = at(dir)
      const stat = await lstat(folder).catch(absent)
      if (stat?.isDirectory() !== true) return undefined
      const names = (await readdir(folder)).filter((name) => name !== '.git').toSorted()
      const entries = await Promise.all(names.map((name) => entryAt(folder, name)))
      return entries.filter((entry) => entry !== undefined)
    },
    read: async (path) => {
      const file = at(path)
      const stat = await lstat(file).catch(absent)
      if (stat?.isSymbolicLink() === true) return Buffer.from(await readlink(file))
      if (stat?.isFile() !== true) return undefined
      if (stat.size > maxBytes)
        throw new AppError('OBJECT_TOO_LARGE', {
          message: `${path}: a file of ${stat.size} bytes is too large to read.`,
          subject: path,
          data: { bytes: stat.size },
        })
      return readFile(file)
    },
    oidOf: async (path) => {
      const parts = path.split('/').filter((part) => part !== '' && part !== '.')
      const name = parts.pop()
      return name === undefined ? id : (await entryAt(at(parts.join('/')), name))?.oid
    },
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return undefined
  throw error
}
