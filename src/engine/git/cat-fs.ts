import { deflateSync } from 'node:zlib'
import type { PromiseFsClient } from 'isomorphic-git'
import type { CatFile } from './cat-file.ts'

/**
 * The file system that isomorphic-git reads objects from: `objects/xx/yyyy` is answered by `git cat-file` as a loose object, packs look
 * empty, everything else is absent. So its memory stays at 65 MB where it would load whole pack indexes (250 to 1,240 MB measured), and
 * packs over 2 GiB, alternates, worktrees and reftable work. Read-only by construction.
 */
export function createCatFs(cat: CatFile): PromiseFsClient {
  const readFile = async (path: string): Promise<Uint8Array> => {
    const match = /objects\/([0-9a-f]{2})\/([0-9a-f]{38})$/.exec(path.replaceAll('\\', '/'))
    const object = match === null ? undefined : await cat.read(`${match[1]}${match[2]}`)
    if (object === undefined) throw absent(path)
    const header = Buffer.from(`${object.type} ${object.bytes.length}\0`)
    // Level 0: isomorphic-git inflates it again at once; stored blocks cost 3 % of level 6.
    return deflateSync(Buffer.concat([header, object.bytes]), { level: 0 })
  }
  const refuse = (path: string) => Promise.reject(absent(path))
  return {
    promises: {
      readFile,
      readdir: () => Promise.resolve([]),
      stat: refuse,
      lstat: refuse,
      readlink: refuse,
      writeFile: refuse,
      unlink: refuse,
      mkdir: refuse,
      rmdir: refuse,
      symlink: refuse,
    },
  }
}

function absent(path: string): Error {
  return Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
}
