import { readBlob, readTree, Errors } from 'isomorphic-git'
import type { PromiseFsClient } from 'isomorphic-git'
import { AppError } from '#contract'
import type { Oid } from '#contract'

export type TreeEntry = {
  readonly name: string
  readonly kind: 'file' | 'dir' | 'symlink' | 'submodule'
  readonly oid: Oid
  readonly mode: string
}

/**
 * Files of one tree as a render reads them: never from the disk. Paths are `/`-separated, without leading slash; `''` or `.` is the root.
 * `undefined` = there is no such folder or file. Symbolic links are not followed here.
 */
export type TreeSource = {
  /** Oid of the root tree: equal ids have equal contents. */
  readonly id: Oid
  readonly list: (dir: string) => Promise<readonly TreeEntry[] | undefined>
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  readonly oidOf: (path: string) => Promise<Oid | undefined>
}

const gitdir = '/repository'
const cachedTrees = 5_000

/** Reads trees and blobs through isomorphic-git; trees are kept by oid, since neighbouring commits share nearly all of them. */
export type ObjectReader = {
  readonly tree: (oid: Oid) => Promise<readonly TreeEntry[]>
  readonly blob: (oid: Oid) => Promise<Uint8Array>
}

export function createObjectReader(fs: PromiseFsClient): ObjectReader {
  const trees = new Map<Oid, Promise<readonly TreeEntry[]>>()
  const tree = (oid: Oid) => {
    const known = trees.get(oid)
    if (known !== undefined) return known
    const loaded = loadTree(fs, oid)
    trees.set(oid, loaded)
    if (trees.size > cachedTrees) trees.delete(trees.keys().next().value ?? '')
    loaded.catch(() => trees.delete(oid))
    return loaded
  }
  const blob = async (oid: Oid) => (await readBlob({ fs, gitdir, oid, cache: {} }).catch(rethrow(oid))).blob
  return { tree, blob }
}

async function loadTree(fs: PromiseFsClient, oid: Oid): Promise<readonly TreeEntry[]> {
  const { tree } = await readTree({ fs, gitdir, oid, cache: {} }).catch(rethrow(oid))
  return tree.map((entry) => {
    // isomorphic-git decodes names as UTF-8; a replaced character means that the name cannot be given back to git.
    if (entry.path.includes('\uFFFD') || entry.path.includes('\\')) throw oddName(entry.path)
    return { name: entry.path, kind: kindOf(entry.mode, entry.type), oid: entry.oid, mode: entry.mode }
  })
}

function kindOf(mode: string, type: string): TreeEntry['kind'] {
  if (type === 'tree') return 'dir'
  if (type === 'commit') return 'submodule'
  return mode === '120000' ? 'symlink' : 'file'
}

function rethrow(oid: Oid): (error: unknown) => never {
  return (error) => {
    if (error instanceof AppError) throw error
    if (error instanceof Errors.NotFoundError)
      throw new AppError('COMMIT_MISSING', { message: `${oid} is not in this clone.`, cause: error })
    throw new AppError('REPO_CORRUPT', {
      message: `${oid} cannot be read: ${error instanceof Error ? error.message : ''}`,
      cause: error,
    })
  }
}

function oddName(name: string): AppError {
  return new AppError('REPO_UNSUPPORTED', {
    message: `The file name ${JSON.stringify(name)} is not served yet (backslash or no UTF-8).`,
  })
}

/** Walks from a root tree by name. */
export function createTreeSource(reader: ObjectReader, root: Oid): TreeSource {
  const find = async (path: string): Promise<TreeEntry | undefined> => {
    let entry: TreeEntry = { name: '', kind: 'dir', oid: root, mode: '040000' }
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue
      if (entry.kind !== 'dir') return undefined
      const next = (await reader.tree(entry.oid)).find(({ name }) => name === part)
      if (next === undefined) return undefined
      entry = next
    }
    return entry
  }
  return {
    id: root,
    list: async (dir) => {
      const entry = await find(dir)
      return entry?.kind === 'dir' ? reader.tree(entry.oid) : undefined
    },
    read: async (path) => {
      const entry = await find(path)
      return entry?.kind === 'file' || entry?.kind === 'symlink' ? reader.blob(entry.oid) : undefined
    },
    oidOf: async (path) => (await find(path))?.oid,
  }
}
