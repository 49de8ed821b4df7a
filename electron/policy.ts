/** What a window may do, as pure functions: main.ts only asks. */

/** The interface's own scheme. Never `file:`: see the fuse `grantFileProtocolExtraPrivileges`. */
export const appScheme = 'app'
export const appHost = 'wheelhouse'
export const appOrigin = `${appScheme}://${appHost}`

/** A page of ours: only such a sender's frames are answered, only there a window may navigate. */
export function isOwnPage(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed?.protocol === `${appScheme}:` && parsed.host === appHost
}

/** Opened in the operator's browser: https alone, without user and password, and nothing that looks like an address of this machine. */
export function mayOpenOutside(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return (
    parsed?.protocol === 'https:' &&
    parsed.username === '' &&
    parsed.password === '' &&
    parsed.hostname.includes('.')
  )
}

/** The file below the renderer's folder that a request names; undefined = none of ours. */
export function fileOf(url: string): string | undefined {
  if (!isOwnPage(url)) return undefined
  const path = decode(new URL(url).pathname)
  if (path === undefined || path.includes('\0') || path.includes('\\') || path.split('/').includes('..'))
    return undefined
  return path === '/' ? 'index.html' : path.slice(1)
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** Nothing but what index.html brings; styles that Mantine and CodeMirror insert carry the nonce. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
