import { AppError } from '#contract'
import { createBatch } from './batch.ts'
import type { Answer } from './batch.ts'
import type { ByteReader } from './byte-reader.ts'
import { createByteCache } from './object-cache.ts'
import type { GitRunner } from './runner.ts'

type GitObject = { readonly type: 'commit' | 'tree' | 'blob' | 'tag'; readonly bytes: Uint8Array }

export type CatFile = {
  /** `undefined` = the object is not in this repository. Objects over 64 MiB are refused (`OBJECT_TOO_LARGE`). */
  readonly read: (oid: string) => Promise<GitObject | undefined>
  readonly close: () => void
}

const maxObjectBytes = 64 * 1024 * 1024
const cacheBytes = 32 * 1024 * 1024

/** One long-lived `git cat-file --batch` with what it read last. */
export function createCatFile(git: GitRunner, cwd: string, env: Readonly<Record<string, string>>): CatFile {
  const cache = createByteCache<GitObject>(cacheBytes)
  const batch = createBatch(git, { cwd, env, args: ['cat-file', '--batch'], readAnswer: readObject })
  const read = async (oid: string) => {
    // Oids only: a newline in any other name would desynchronise the answers.
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(oid))
      throw new AppError('COMMIT_MISSING', { message: `${oid} is no object id.`, subject: oid })
    const known = cache.get(oid)
    if (known !== undefined) return known
    const object = await batch.ask(oid)
    if (object !== undefined) cache.set(oid, object, object.bytes.length)
    return object
  }
  return { read, close: batch.close }
}

/** Header line, bytes, line break. */
async function readObject(
  reader: ByteReader,
  asked: () => string | undefined,
): Promise<Answer<GitObject | undefined>> {
  const header = await reader.line()
  if (header === undefined) return undefined
  const [oid = '', type, sizeText] = header.split(' ')
  if (oid !== asked()) throw new Error(`git cat-file answered ${header}`)
  if (type === 'missing' || sizeText === undefined) return { value: undefined }
  const size = Number(sizeText)
  if (size > maxObjectBytes) {
    const message = `${oid}: an object of ${size} bytes is too large to read.`
    const error = new AppError('OBJECT_TOO_LARGE', { message, subject: oid, data: { bytes: size } })
    return (await reader.skip(size + 1)) ? { error } : undefined
  }
  const body = await reader.bytes(size + 1)
  return body === undefined
    ? undefined
    : { value: { type: type as GitObject['type'], bytes: body.subarray(0, -1) } }
}
