import { AppError } from '#contract'
import type { SourceEntry, TreeSource } from './source.ts'

export type Found =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'dir'; readonly entries: readonly SourceEntry[] }
  | { readonly kind: 'absent' }

/** Reads for one render: follows symbolic links inside the repository, refuses others, bounds sizes, and remembers what was read. */
export type Reader = {
  readonly look: (path: string) => Promise<Found>
  /** Whether a path is a folder or a link to one. */
  readonly isFolder: (path: string) => Promise<boolean>
  /** What the render really used of what was looked at for it, and what it looked for in vain: these are its inputs. */
  readonly keepOnly: (read: readonly string[], absent: readonly string[]) => Promise<void>
  /** Files read with their oids, links on the way to them, and absent paths, sorted by path: the render's inputs and its cache key. */
  readonly inputs: () => readonly { readonly path: string; readonly oid: string }[]
  /** A link was followed: the tree of the app's folder alone does not say what was read. */
  readonly followedLinks: () => boolean
}

type Input = { readonly path: string; readonly oid: string }

const maxFileBytes = 32 * 1024 * 1024
const maxTotalBytes = 128 * 1024 * 1024
const maxLinks = 40

export function createReader(source: TreeSource): Reader {
  /** By the path that was asked for: the links passed, and what lies at their end. */
  const traces = new Map<string, readonly Input[]>()
  let followed = false
  let total = 0
  const inputAt = async (path: string): Promise<Input> => ({
    path,
    oid: (await source.oidOf(path)) ?? 'absent',
  })
  const trace = async (path: string, { path: end, links }: Resolved) => {
    followed ||= links.length > 0
    traces.set(path, await Promise.all([...links, end].map(inputAt)))
  }
  const look = async (asked: string): Promise<Found> => {
    const path = clean(asked)
    const resolved = await resolve(source, path)
    followed ||= resolved.links.length > 0
    const entries =
      resolved.kind === undefined || resolved.kind === 'dir' ? await source.list(resolved.path) : undefined
    if (entries !== undefined) return { kind: 'dir', entries }
    const bytes = await source.read(resolved.path)
    await trace(path, resolved)
    if (bytes === undefined) return { kind: 'absent' }
    refuseSealed(resolved.path, bytes)
    total += bytes.length
    if (bytes.length > maxFileBytes || total > maxTotalBytes) {
      throw new AppError('RENDER_TOO_LARGE', {
        message: `${resolved.path}: ${bytes.length} bytes are more than a render reads.`,
        subject: resolved.path,
      })
    }
    return { kind: 'file', bytes }
  }
  return {
    look,
    isFolder: async (path) => {
      const resolved = await resolve(source, clean(path))
      followed ||= resolved.links.length > 0
      return (await source.list(resolved.path)) !== undefined
    },
    keepOnly: async (read, absent) => {
      const kept = new Set([...read, ...absent].map(clean))
      for (const path of traces.keys()) if (!kept.has(path)) traces.delete(path)
      // What a folder's listing already told was never looked at; below a link it lies elsewhere.
      for (const path of kept) if (!traces.has(path)) await trace(path, await resolve(source, path))
    },
    inputs: () => {
      const byPath = new Map([...traces.values()].flat().map((input) => [input.path, input]))
      return [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
    },
    followedLinks: () => followed,
  }
}

const manifest = /\.(ya?ml|json|tpl|env|properties|tgz)$/i

/** A pointer of Git LFS reads as YAML without objects: what the file declares would count as gone, and be pruned. */
function refuseSealed(path: string, bytes: Uint8Array): void {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  const store = start.startsWith('version https://git-lfs.github.com/spec/') ? 'Git LFS' : 'git-crypt'
  const sealed = store === 'Git LFS' || start.startsWith('\0GITCRYPT')
  if (sealed && manifest.test(path))
    throw new AppError('RENDER_SEALED_FILE', { message: `${path} is stored by ${store}.`, subject: path })
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

type Resolved = {
  readonly path: string
  readonly links: readonly string[]
  /** Known where no link was met, and the source tells. */
  readonly kind?: 'file' | 'dir' | 'absent'
}

/** Follows links; one that leads out of the repository is `RENDER_SYMLINK_OUTSIDE`. */
async function resolve(source: TreeSource, path: string): Promise<Resolved> {
  // Most paths meet none: asked about by name, a folder of hundreds of apps need not be listed for one of them.
  const kind = await source.plainAt?.(path)
  return kind === undefined || kind === 'unsure' ? resolveLinks(source, path) : { path, links: [], kind }
}

/** Segment by segment. */
async function resolveLinks(source: TreeSource, path: string): Promise<Resolved> {
  let done = ''
  let todo = path === '' ? [] : path.split('/')
  const links: string[] = []
  while (todo.length > 0) {
    const [part = '', ...rest] = todo
    const entry = (await source.list(done))?.find(({ name }) => name === part)
    const here = done === '' ? part : `${done}/${part}`
    todo = rest
    if (entry?.kind === 'submodule') {
      if ((await source.list(here)) === undefined)
        throw new AppError('REPO_SUBMODULE_MISSING', {
          message: `${here} is a submodule that is not checked out here at ${entry.oid.slice(0, 10)}.`,
          subject: here,
        })
      // On the way as a link is: what it names is an input, and changes with it.
      links.push(here)
    }
    if (entry?.kind !== 'symlink') {
      done = here
      continue
    }
    links.push(here)
    const target = new TextDecoder().decode((await source.read(here)) ?? new Uint8Array())
    if (links.length > maxLinks || target.startsWith('/') || leavesRoot(done, target)) {
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
  return { path: done, links }
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
