import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { protocol } from 'electron'
import { appScheme, contentSecurityPolicy, fileOf } from './policy.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** Before `ready`: the scheme is a secure origin with its own storage, and fetch works in it. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the renderer's files with the policy's headers on every answer, refusals too. */
export function serveScheme(folder: string): void {
  protocol.handle(appScheme, async (request) => {
    const nonce = randomBytes(16).toString('base64')
    const headers = {
      'content-security-policy': contentSecurityPolicy(nonce),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    }
    const file = fileOf(request.url)
    if (file === undefined || request.method !== 'GET') return new Response('', { status: 404, headers })
    const bytes = await readFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined
      throw error
    })
    if (bytes === undefined) return new Response('', { status: 404, headers })
    const body = file.endsWith('.html')
      ? bytes.toString('utf8').replaceAll('__CSP_NONCE__', nonce)
      : new Uint8Array(bytes)
    return new Response(body, {
      headers: { ...headers, 'content-type': types[extname(file)] ?? 'application/octet-stream' },
    })
  })
}
