import { AppError } from '#contract'
import type { SourceEntry, TreeSource } from './source.ts'

export type Found =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'dir'; readonly entries: readonly SourceEntry[] }
  | { readonly kind: 'absent' }

/** Reads for one render: follows symbolic links inside the repository, refuses others, bounds sizes, and remembers what was read. */
export type Reader = {
  readonly look: (path: string) => Promise<Found>
  /** What the render really used of what was looked at for it, and what it looked for in vain: these are its inputs. */
  readonly keepOnly: (read: readonly string[], absent: readonly string[]) => void
  /** Files read with their oids, and absent paths, sorted by path: the render's inputs and its cache key. */
  readonly inputs: () => readonly { readonly path: string; readonly oid: string }[]
}

const maxFileBytes = 32 * 1024 * 1024
const maxTotalBytes = 128 * 1024 * 1024
const maxLinks = 40

export function createReader(source: TreeSource): Reader {
  const inputs = new Map<string, string>()
  /** Blobs behind symbolic links, by the path that was asked for. */
  const resolvedTo = new Map<string, string>()
  let total = 0
  const look = async (path: string): Promise<Found> => {
    const resolved = await resolve(source, clean(path))
    const entries = await source.list(resolved)
    if (entries !== undefined) {
      return { kind: 'dir', entries }
    }
    const bytes = await source.read(resolved)
    if (bytes === undefined) {
      inputs.set(clean(path), 'absent')
      return { kind: 'absent' }
    }
    total += bytes.length
    if (bytes.length > maxFileBytes || total > maxTotalBytes) {
      throw new AppError('RENDER_TOO_LARGE', {
        message: `${resolved}: ${bytes.length} bytes are more than a render reads.`,
        subject: resolved,
      })
    }
    const oid = (await source.oidOf(resolved)) ?? ''
    inputs.set(resolved, oid)
    resolvedTo.set(clean(path), oid)
    return { kind: 'file', bytes }
  }
  return {
    look,
    keepOnly: (read, absent) => {
      const kept = new Map(
        read.map(clean).map((path) => [path, inputs.get(path) ?? resolvedTo.get(path) ?? 'absent']),
      )
      for (const path of absent.map(clean)) kept.set(path, 'absent')
      inputs.clear()
      for (const [path, oid] of kept) inputs.set(path, oid)
    },
    inputs: () =>
      [...inputs].map(([path, oid]) => ({ path, oid })).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

export function clean(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** Follows links segment by segment; one that leads out of the repository is `RENDER_SYMLINK_OUTSIDE`. */
async function resolve(source: TreeSource, path: string): Promise<string> {
  let done = ''
  let todo = path === '' ? [] : path.split('/')
  let links = 0
  while (todo.length > 0) {
    const [part = '', ...rest] = todo
    const entry = (await source.list(done))?.find(({ name }) => name === part)
    const here = done === '' ? part : `${done}/${part}`
    todo = rest
    if (entry?.kind === 'submodule') {
      throw new AppError('REPO_UNSUPPORTED', { message: `${here} is a submodule.`, subject: here })
    }
    if (entry?.kind !== 'symlink') {
      done = here
      continue
    }
    links += 1
    const target = new TextDecoder().decode((await source.read(here)) ?? new Uint8Array())
    if (links > maxLinks || target.startsWith('/') || leavesRoot(done, target)) {
      throw new AppError('RENDER_SYMLINK_OUTSIDE', {
        message: `${here} is a link to ${target}, which is not in the repository.`,
        subject: here,
      })
    }
    todo = [...target.split('/'), ...rest]
    const back = todo.filter((step) => step !== '' && step !== '.')
    const base = done === '' ? [] : done.split('/')
    todo = clean([...base, ...back].join('/'))
      .split('/')
      .filter((step) => step !== '')
    done = ''
  }
  return done
}

function leavesRoot(from: string, target: string): boolean {
  let depth = from === '' ? 0 : from.split('/').length
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue
    depth += part === '..' ? -1 : 1
    if (depth < 0) return true
  }
  return false
}
