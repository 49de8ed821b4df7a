import { createHash } from 'node:crypto'
import type { SourceEntry, TreeSource } from '../../../src/engine/render/index.ts'

/** A tree in memory with the shape of Git's: text files, or links written as `-> target`. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): TreeSource {
  const paths = Object.keys(files)
  const bytesOf = (path: string) => {
    const found = files[path]
    if (typeof found === 'string') return Buffer.from(found.startsWith('-> ') ? found.slice(3) : found)
    return found
  }
  const list = (dir: string): readonly SourceEntry[] | undefined => {
    const prefix = dir === '' || dir === '.' ? '' : `${dir}/`
    const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length))
    if (below.length === 0) return undefined
    const names = [...new Set(below.map((path) => path.split('/')[0] ?? ''))]
    return names.map((name) => {
      const file = files[`${prefix}${name}`]
      const kind =
        file === undefined ? 'dir' : typeof file === 'string' && file.startsWith('-> ') ? 'symlink' : 'file'
      return {
        name,
        kind,
        oid: hash(
          file === undefined ? JSON.stringify(below.filter((path) => path.startsWith(`${name}/`))) : file,
        ),
      }
    })
  }
  return {
    id: hash(JSON.stringify(paths.map((path) => [path, hash(files[path] ?? '')]))),
    list: (dir) => Promise.resolve(list(dir)),
    read: (path) => Promise.resolve(bytesOf(path)),
    oidOf: (path) => {
      const file = files[path]
      if (file !== undefined) return Promise.resolve(hash(file))
      const inside = paths.filter((one) => path === '' || path === '.' || one.startsWith(`${path}/`))
      return Promise.resolve(
        inside.length === 0
          ? undefined
          : hash(JSON.stringify(inside.map((one) => [one, hash(files[one] ?? '')]))),
      )
    },
  }
}

function hash(content: string | Uint8Array): string {
  return createHash('sha1').update(content).digest('hex')
}
