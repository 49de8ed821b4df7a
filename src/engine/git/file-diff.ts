import { AppError } from '#contract'
import type { FileDiff, Oid } from '#contract'
import { readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import type { CatFile } from './cat-file.ts'
import type { GitRunner } from './runner.ts'

const maxShownBytes = 1024 * 1024
const maxFiles = 2_000

/** Files on both sides as text, unmasked: the caller masks secrets before anything leaves the engine. */
export async function readFileDiffs(
  git: GitRunner,
  cat: CatFile,
  request: {
    readonly cwd: string
    readonly from: Oid
    readonly to: Oid
    readonly paths?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<readonly FileDiff[]> {
  return toFileDiffs(cat, await readChangedPaths(git, request))
}

/** The same of changes that are known already. */
export function toFileDiffs(cat: CatFile, changed: readonly ChangedPath[]): Promise<readonly FileDiff[]> {
  return Promise.all(changed.slice(0, maxFiles).map((path) => toFileDiff(cat, path)))
}

async function toFileDiff(cat: CatFile, changed: ChangedPath): Promise<FileDiff> {
  const [before, after] = await Promise.all([readSide(cat, changed.from), readSide(cat, changed.to)])
  return {
    path: changed.path,
    opaque: before?.opaque === true || after?.opaque === true,
    ...(before === undefined ? {} : { before: before.text }),
    ...(after === undefined ? {} : { after: after.text }),
  }
}

async function readSide(
  cat: CatFile,
  side: ChangedPath['from'],
): Promise<{ readonly text: string; readonly opaque: boolean } | undefined> {
  if (side.mode === '000000') return undefined
  if (side.mode === '160000') return { text: `submodule at ${side.oid}`, opaque: true }
  const bytes = await bytesOrSize(cat.read(side.oid).then((object) => object?.bytes))
  if (typeof bytes === 'number') return { text: `${bytes} bytes`, opaque: true }
  const text = decodeText(bytes)
  return text === undefined ? { text: `${bytes.length} bytes`, opaque: true } : { text, opaque: false }
}

/** A file that is too large to read is shown by its size: one of them must not hide the others. */
export async function bytesOrSize(reading: Promise<Uint8Array | undefined>): Promise<Uint8Array | number> {
  try {
    return (await reading) ?? new Uint8Array()
  } catch (error) {
    if (error instanceof AppError && error.code === 'OBJECT_TOO_LARGE') return Number(error.data?.bytes)
    throw error
  }
}

/** `undefined` for what is no UTF-8 text or too large to show. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.length > maxShownBytes || bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
