import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

export type StaticFile = {
  readonly bytes: Uint8Array
  readonly mimeType: string
  readonly etag: string
  readonly isPage: boolean
  /** Files below `assets/` have a hash of their content in the name: they never change. */
  readonly cacheControl: string
}

/** The file that a request target names; undefined where there is none, or where it would lead out of the folder. */
export async function readStaticFile(folder: string, target: string): Promise<StaticFile | undefined> {
  const path = pathOf(target)
  if (path === undefined) return undefined
  const bytes = await readInside(folder, path)
  if (bytes === undefined) return undefined
  const extension = extname(path).toLowerCase()
  return {
    bytes,
    mimeType: mimeTypes[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
    isPage: extension === '.html',
    cacheControl: path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
}

/** A relative path of plain names; undefined for anything else. */
function pathOf(target: string): string | undefined {
  const [encoded = ''] = target.split(/[?#]/, 1)
  const path = decode(encoded)
  if (path === undefined || !path.startsWith('/')) return undefined
  if (path === '/') return 'index.html'
  const names = path.slice(1).split('/')
  const isPlain = (name: string) => name !== '' && !name.startsWith('.') && !/[\\:\0]/.test(name)
  return names.every(isPlain) ? names.join('/') : undefined
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

async function readInside(folder: string, path: string): Promise<Uint8Array | undefined> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, path))
    // A link that leads out of the folder is none of ours.
    return file.startsWith(root + sep) ? await readFile(file) : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG')
      return undefined
    throw error
  }
}
