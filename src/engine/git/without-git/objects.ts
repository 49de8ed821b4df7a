import { expandOid, readObject } from 'isomorphic-git'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import type { CatFile } from '../cat-file.ts'
import { createByteCache } from '../object-cache.ts'
import type { Config } from './config.ts'
import { isTrue } from './config.ts'
import { createDiskFs, maxObjectBytes, tooLarge, virtualDir } from './disk-fs.ts'

type GitObject = Exclude<Awaited<ReturnType<CatFile['read']>>, undefined>

/** Objects as `git cat-file` would give them, read by isomorphic-git from the disk. */
export type DiskObjects = CatFile & {
  /** Objects whose id begins with these at least four digits. */
  readonly startingWith: (digits: string) => Promise<readonly Oid[]>
}

const cacheBytes = 32 * 1024 * 1024
const idleMs = 30_000

/** Packs stay in memory until nothing was read for 30 s. `REPO_CORRUPT`, `OBJECT_TOO_LARGE`; `REPO_OBJECTS_MISSING` in a partial clone. */
export function createDiskObjects(commonDir: string, config: Config): DiskObjects {
  const fs = createDiskFs(commonDir)
  const objects = createByteCache<GitObject>(cacheBytes)
  let packs = {}
  let idle: NodeJS.Timeout | undefined
  const close = () => {
    clearTimeout(idle)
    packs = {}
  }
  const at = () => {
    clearTimeout(idle)
    idle = setTimeout(close, idleMs)
    idle.unref()
    return { fs, gitdir: virtualDir, cache: packs }
  }
  const read = async (oid: string) => {
    if (!/^[0-9a-f]{40}$/.test(oid))
      throw new AppError('COMMIT_MISSING', { message: `${oid} is no object id.`, subject: oid })
    const known = objects.get(oid)
    if (known !== undefined) return known
    const found = await readObject({ ...at(), oid, format: 'content' }).catch(absentOrCorrupt(oid))
    if (found === undefined) return (await isPartial(config)) ? refuseMissing(oid) : undefined
    const object = { type: found.type as GitObject['type'], bytes: found.object as Uint8Array }
    if (object.bytes.length > maxObjectBytes) throw tooLarge(oid, { bytes: object.bytes.length })
    objects.set(oid, object, object.bytes.length)
    return object
  }
  const startingWith = async (digits: string): Promise<readonly Oid[]> =>
    expandOid({ ...at(), oid: digits }).then(
      (oid) => [oid],
      (error: unknown) => matchesOf(error),
    )
  return { read, startingWith, close }
}

async function isPartial(config: Config): Promise<boolean> {
  if ((await config.get('extensions.partialclone')) !== '') return true
  const promisors = (await config.remotes()).map((name) => config.get(`remote.${name}.promisor`))
  return (await Promise.all(promisors)).some(isTrue)
}

function refuseMissing(oid: Oid): never {
  throw new AppError('REPO_OBJECTS_MISSING', {
    message: `${oid} was left at the remote, and git, which could fetch it, was not found.`,
    subject: oid,
    action: 'open-doctor',
  })
}

function absentOrCorrupt(oid: Oid): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof AppError) throw error
    const { code } = error as { readonly code?: string }
    if (code === 'NotFoundError') return undefined
    throw new AppError('REPO_CORRUPT', {
      message: `${oid} cannot be read from the disk.`,
      subject: oid,
      cause: error,
    })
  }
}

function matchesOf(error: unknown): readonly Oid[] {
  const { code, data } = error as {
    readonly code?: string
    readonly data?: { readonly matches?: readonly Oid[] }
  }
  if (code === 'NotFoundError') return []
  if (code === 'AmbiguousError') return data?.matches ?? []
  throw error
}
