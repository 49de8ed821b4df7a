import { AppError } from '#contract'
import type { Oid } from '#contract'
import type { CatFile } from './cat-file.ts'

/** An index of more entries takes gigabytes of git's memory; the largest known repositories have a tenth of it. */
const mostFiles = 5_000_000
const treeMode = Buffer.from('40000 ')

/**
 * Refuses trees that git could not put into an index (`REPO_TOO_LARGE`): eleven objects can mean ten thousand million files, and git would
 * write them all down. Each tree is looked at once, and kept as a number: the next draft of a monorepo looks at what changed.
 */
export function boundTrees(cat: CatFile): (commit: Oid) => Promise<void> {
  const counts = new Map<Oid, Promise<number>>()
  const look = async (tree: Oid): Promise<number> => {
    const object = await cat.read(tree)
    // What is no tree, or is not there, is for the one who reads it to say.
    if (object?.type !== 'tree') return 0
    const { own, folders } = scan(object.bytes, tree.length / 2)
    const below = await Promise.all(folders.map(count))
    return below.reduce((sum, files) => sum + files, own)
  }
  const count = (tree: Oid): Promise<number> => {
    const known = counts.get(tree) ?? look(tree)
    counts.set(tree, known)
    known.catch(() => counts.delete(tree))
    return known
  }
  return async (commit) => {
    const object = await cat.read(commit)
    const root = object?.type === 'commit' ? rootOf(object.bytes) : commit
    const files = await count(root)
    if (files > mostFiles)
      throw new AppError('REPO_TOO_LARGE', {
        message: `${commit} has ${files.toLocaleString('en')} files.`,
        subject: commit,
        data: { files },
      })
  }
}

/** Counts files and lists folders without making entries of either: a folder may have a million. */
function scan(
  bytes: Uint8Array,
  hashBytes: number,
): { readonly own: number; readonly folders: readonly Oid[] } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const folders: Oid[] = []
  let own = 0
  for (let at = 0; at < buffer.length;) {
    const end = buffer.indexOf(0, at)
    if (end < 0) break
    if (buffer.subarray(at, at + treeMode.length).equals(treeMode))
      folders.push(buffer.toString('hex', end + 1, end + 1 + hashBytes))
    else own += 1
    at = end + 1 + hashBytes
  }
  return { own, folders }
}

function rootOf(commit: Uint8Array): Oid {
  return /^tree ([0-9a-f]+)\n/.exec(Buffer.from(commit).subarray(0, 80).toString('latin1'))?.[1] ?? ''
}
