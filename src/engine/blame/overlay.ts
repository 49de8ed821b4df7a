import { sha256 } from '../app-render.ts'
import type { TreeSource } from '../git/index.ts'

/** A tree with other texts in some of its files, in memory. Whatever lies above a changed file has another id than before. */
export function overlay(source: TreeSource, files: ReadonlyMap<string, string>): TreeSource {
  const stamp = sha256(JSON.stringify([source.id, ...files])).slice(0, 40)
  const isAbove = (path: string) => [...files.keys()].some((file) => file.startsWith(`${path}/`))
  return {
    id: stamp,
    list: source.list,
    read: async (path) => {
      const text = files.get(path)
      return text === undefined ? source.read(path) : Buffer.from(text)
    },
    oidOf: async (path) => {
      const text = files.get(path)
      if (text !== undefined) return sha256(text).slice(0, 40)
      return path === '' || isAbove(path) ? stamp : source.oidOf(path)
    },
  }
}
