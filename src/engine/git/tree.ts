import { createHash } from 'node:crypto'
import { readBlob } from 'isomorphic-git'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import type { CatFile } from './cat-file.ts'
import { createCatFs } from './cat-fs.ts'
import { createByteCache } from './object-cache.ts'
import { findInTree, parseTreeBytes } from './tree-bytes.ts'

export type TreeEntry = {
  readonly name: string
  readonly kind: 'file' | 'dir' | 'symlink' | 'submodule'
  readonly oid: Oid
  readonly mode: string
}

/**
 * Files of one tree as a render reads them: never from the disk. Paths are `/`-separated, without leading slash; `''` or `.` is the root.
 * `undefined` = there is no such folder or file. Symbolic links are not followed here. A name that is no UTF-8 is listed with U+FFFD and
 * refused when it is read (`REPO_UNSUPPORTED`).
 */
export type TreeSource = {
  /** Oid of the root tree: equal ids have equal contents. */
  readonly id: Oid
  readonly list: (dir: string) => Promise<readonly TreeEntry[] | undefined>
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  readonly oidOf: (path: string) => Promise<Oid | undefined>
  /** What a path is that leads through folders alone; `unsure` where a link or a submodule lies on it or at its end. */
  readonly plainAt?: (path: string) => Promise<'file' | 'dir' | 'absent' | 'unsure'>
}

/** Files of a submodule at the commit that is named where it lies; undefined = it is not here. */
export type OpenSubmodule = (path: string, commit: Oid) => Promise<TreeSource | undefined>

const gitdir = '/repository'
/** Entries of all trees that are kept, some 200 bytes each. */
const cachedEntries = 60_000

/** Reads trees and blobs; trees are kept by oid, since neighbouring commits share nearly all of them. */
export type ObjectReader = {
  /** Root tree of a commit, tag or tree; `COMMIT_MISSING`. */
  readonly root: (oid: Oid) => Promise<Oid>
  readonly tree: (oid: Oid) => Promise<readonly TreeEntry[]>
  /** One entry of a tree: much cheaper than all of them. */
  readonly entry: (oid: Oid, name: string) => Promise<TreeEntry | undefined>
  readonly blob: (oid: Oid) => Promise<Uint8Array>
}

export function createObjectReader(cat: CatFile): ObjectReader {
  const fs = createCatFs(cat)
  const trees = createByteCache<readonly TreeEntry[]>(cachedEntries)
  const tree = async (oid: Oid) => {
    const known = trees.get(oid)
    if (known !== undefined) return known
    const loaded = await loadTree(cat, oid)
    trees.set(oid, loaded, loaded.length)
    return loaded
  }
  const entry = async (oid: Oid, name: string) => {
    const known = trees.get(oid)
    if (known !== undefined) return known.find((one) => one.name === name)
    const found = findInTree(await treeBytes(cat, oid), oid, name)
    return found === undefined ? undefined : { ...found, kind: kindOf(found.mode) }
  }
  const blob = async (oid: Oid) =>
    oid.length === 64
      ? readSha256Blob(cat, oid)
      : (await readBlob({ fs, gitdir, oid, cache: {} }).catch(rethrow(oid))).blob
  return { root: (oid) => readRoot(cat, oid), tree, entry, blob }
}

async function readRoot(cat: CatFile, oid: Oid): Promise<Oid> {
  const object = await cat.read(oid)
  if (object?.type === 'tree') return oid
  const text = object === undefined ? '' : Buffer.from(object.bytes).toString('latin1')
  const target = /^(?:tree|object) ([0-9a-f]{40}(?:[0-9a-f]{24})?)\n/.exec(text)?.[1]
  if (object === undefined || object.type === 'blob' || target === undefined)
    throw new AppError('COMMIT_MISSING', {
      message: `${oid} is no commit of this clone.`,
      subject: oid,
      action: 'refresh',
    })
  return object.type === 'commit' ? target : readRoot(cat, target)
}

/**
 * Trees are parsed here, blobs go through isomorphic-git: it hashes, deflates and inflates each object again, and refuses names with a
 * backslash. 200 rendered rows of a 100k-commit repository: 5.8 s with it for both, 3.0 s so, of which 2.6 s are git's own log.
 */
async function loadTree(cat: CatFile, oid: Oid): Promise<readonly TreeEntry[]> {
  return parseTreeBytes(await treeBytes(cat, oid), oid).map((entry) => ({
    ...entry,
    kind: kindOf(entry.mode),
  }))
}

async function treeBytes(cat: CatFile, oid: Oid): Promise<Uint8Array> {
  const object = await cat.read(oid)
  return object?.type === 'tree' ? object.bytes : rethrow(oid)(new Error('there is no such tree'))
}

/** isomorphic-git knows SHA-1 alone; as it does, the bytes are held against their name. */
async function readSha256Blob(cat: CatFile, oid: Oid): Promise<Uint8Array> {
  const object = await cat.read(oid)
  if (object?.type !== 'blob') return rethrow(oid)(new Error('there is no such file'))
  const hash = createHash('sha256').update(`blob ${object.bytes.length}\0`).update(object.bytes).digest('hex')
  return hash === oid ? object.bytes : rethrow(oid)(new Error('its bytes are those of another object'))
}

export function kindOf(mode: string): TreeEntry['kind'] {
  switch (mode) {
    case '040000':
      return 'dir'
    case '160000':
      return 'submodule'
    case '120000':
      return 'symlink'
    default:
      return 'file'
  }
}

function rethrow(oid: Oid): (error: unknown) => never {
  return (error) => {
    if (error instanceof AppError) throw error
    // isomorphic-git calls it an internal error of its own, in a paragraph, when bytes have another hash than their name.
    const said = error instanceof Error ? error.message : 'unreadable'
    const words = said.startsWith('An internal error') ? 'its bytes are those of another object' : said
    // Its oid came from an object that was there: git calls a damaged one "missing" too.
    throw new AppError('REPO_CORRUPT', {
      message: `${oid} cannot be read: ${words}`,
      subject: oid,
      cause: error,
    })
  }
}

type Found = { readonly entry: TreeEntry; readonly at: string; readonly rest: readonly string[] }

/** Walks from a root tree by name, into submodules where `open` has them. */
export function createTreeSource(reader: ObjectReader, root: Oid, open?: OpenSubmodule): TreeSource {
  const found = new Map<string, Promise<Found | undefined>>()
  const find = (path: string) => {
    const known = found.get(path) ?? walk(path)
    found.set(path, known)
    known.catch(() => found.delete(path))
    return known
  }
  const walk = async (path: string): Promise<Found | undefined> => {
    if (path.includes('\uFFFD')) throw oddName(path)
    const parts = path.split('/').filter((part) => part !== '' && part !== '.')
    let entry: TreeEntry = { name: '', kind: 'dir', oid: root, mode: '040000' }
    for (const [depth, part] of parts.entries()) {
      if (entry.kind === 'submodule' || entry.kind === 'symlink')
        return { entry, at: parts.slice(0, depth).join('/'), rest: parts.slice(depth) }
      if (entry.kind !== 'dir') return undefined
      const next = await reader.entry(entry.oid, part)
      if (next === undefined) return undefined
      entry = next
    }
    return { entry, at: parts.join('/'), rest: [] }
  }
  const inside = async (found: Found | undefined): Promise<TreeSource | undefined> =>
    found?.entry.kind === 'submodule' ? open?.(found.at, found.entry.oid) : undefined
  return {
    id: root,
    list: async (dir) => {
      const found = await find(dir)
      if (found?.entry.kind === 'dir') return reader.tree(found.entry.oid)
      return (await inside(found))?.list(found?.rest.join('/') ?? '')
    },
    read: async (path) => {
      const found = await find(path)
      const kind = found?.entry.kind
      if (found !== undefined && (kind === 'file' || (kind === 'symlink' && found.rest.length === 0)))
        return reader.blob(found.entry.oid)
      return (await inside(found))?.read(found?.rest.join('/') ?? '')
    },
    oidOf: async (path) => {
      const found = await find(path)
      return found === undefined || found.rest.length === 0
        ? found?.entry.oid
        : (await inside(found))?.oidOf(found.rest.join('/'))
    },
    plainAt: async (path) => {
      const kind = (await find(path))?.entry.kind ?? 'absent'
      return kind === 'symlink' || kind === 'submodule' ? 'unsure' : kind
    },
  }
}

/** A name that cannot be given back to git as it was. */
export function oddName(name: string): AppError {
  return new AppError('REPO_UNSUPPORTED', {
    message: `The file name ${JSON.stringify(name)} is not UTF-8, which is not served yet.`,
    subject: name,
  })
}
