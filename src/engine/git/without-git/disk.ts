import { lstat, open, readdir } from 'node:fs/promises'
import { AppError } from '#contract'

type Read = {
  /** Files that are larger are refused. */
  readonly maxBytes: number
}

/**
 * Bytes of a regular file of a Git folder; undefined = there is none. A pipe or device in its place is not opened: reading it would never
 * end. `REPO_CORRUPT` for what is larger than such a file ever is.
 */
export async function readRegular(path: string, { maxBytes }: Read): Promise<Buffer | undefined> {
  const file = await openRegular(path)
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    if (size > maxBytes)
      throw new AppError('REPO_CORRUPT', { message: `${path} has ${size} bytes.`, subject: path })
    return await file.readFile()
  } finally {
    await file.close()
  }
}

async function openRegular(path: string) {
  const found = await lstat(path).catch(absent)
  return found?.isFile() === true ? open(path, 'r').catch(absent) : undefined
}

/** Names in a folder; none where it is not there. */
export async function listFolder(path: string) {
  return (await readdir(path, { withFileTypes: true }).catch(absent)) ?? []
}

export function absent(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
  throw error
}
