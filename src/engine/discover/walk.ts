import { AppError } from '#contract'
import type { TreeSource } from '../git/index.ts'

/** More than this is not looked through: discovery is a proposal, and must not cost what a full render costs. */
const bounds = { folders: 20_000, depth: 12, reads: 8_000, fileBytes: 512 * 1024, listsAtOnce: 32 }

export type Folder = {
  /** Relative to the repository; `.` is the root. */
  readonly path: string
  readonly files: readonly string[]
  readonly folders: readonly string[]
}

/** Bounded reading of one tree. `text` is undefined for what is absent, binary, too large, or beyond the bound. */
export type Reader = {
  readonly list: (path: string) => Promise<Folder | undefined>
  readonly text: (path: string) => Promise<string | undefined>
  readonly truncated: () => boolean
  readonly truncate: () => void
}

export function createReader(source: Pick<TreeSource, 'list' | 'read'>, signal?: AbortSignal): Reader {
  let truncated = false
  let reads = 0
  const check = () => {
    if (signal?.aborted === true)
      throw new AppError('CANCELLED', { message: 'Looking for apps was cancelled.' })
  }
  return {
    list: async (path) => {
      check()
      const entries = await source.list(path)
      if (entries === undefined) return undefined
      const named = (kind: string) => entries.filter((entry) => entry.kind === kind).map(({ name }) => name)
      return { path, files: named('file'), folders: named('dir') }
    },
    text: async (path) => {
      check()
      reads += 1
      if (reads > bounds.reads) {
        truncated = true
        return undefined
      }
      return decode(await source.read(path).catch(absentIfTooLarge))
    },
    truncated: () => truncated,
    truncate: () => {
      truncated = true
    },
  }
}

/** Every folder worth a look, by path. Symbolic links and submodules are not followed. */
export async function walkFolders(reader: Reader): Promise<ReadonlyMap<string, Folder>> {
  const folders = new Map<string, Folder>()
  let level = ['.']
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > bounds.depth || folders.size + level.length > bounds.folders) {
      reader.truncate()
      break
    }
    const found = await inBatches(level, (path) => reader.list(path))
    for (const folder of found) folders.set(folder.path, folder)
    level = found.flatMap((folder) => childrenOf(folder).map((name) => join(folder.path, name)))
  }
  return folders
}

/** Runs `work` over all items, some at a time, and leaves out what is not there. */
export async function inBatches<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R | undefined>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from += bounds.listsAtOnce) {
    const batch = await Promise.all(items.slice(from, from + bounds.listsAtOnce).map(work))
    results.push(...batch.filter((one) => one !== undefined))
  }
  return results
}

export function join(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '.' : path.slice(0, slash)
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** A relative path as seen from a folder; undefined where it leaves the repository. */
export function resolvePath(folder: string, relative: string): string | undefined {
  const parts = folder === '.' ? [] : folder.split('/')
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.length === 0 ? '.' : parts.join('/')
}

/** Is the path the folder itself or below it? */
export function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`)
}

export function isChart(folder: Folder | undefined): boolean {
  return folder?.files.includes('Chart.yaml') === true
}

function childrenOf(folder: Folder): readonly string[] {
  const inChart = isChart(folder) ? ['templates', 'charts', 'crds', 'ci', 'tests'] : []
  return folder.folders.filter(
    (name) => !name.startsWith('.') && name !== 'node_modules' && !inChart.includes(name),
  )
}

function absentIfTooLarge(error: unknown): undefined {
  if (!(error instanceof AppError && error.code === 'OBJECT_TOO_LARGE')) throw error
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length > bounds.fileBytes || bytes.includes(0)) return undefined
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
