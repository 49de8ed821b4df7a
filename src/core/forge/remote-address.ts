/** Where a remote's repository is, without anything that lets one in. `segments` are decoded, the last without `.git`. */
export type RemoteAddress = {
  readonly scheme: 'ssh' | 'http' | 'https' | 'git'
  readonly host: string
  /** Of http and https alone: the port of ssh says nothing about the pages. */
  readonly port: string | undefined
  readonly sshPort: string | undefined
  readonly user: string | undefined
  readonly segments: readonly string[]
}

const schemes: Readonly<Record<string, RemoteAddress['scheme']>> = {
  ssh: 'ssh',
  'git+ssh': 'ssh',
  'ssh+git': 'ssh',
  http: 'http',
  https: 'https',
  git: 'git',
}

/** Any form of a remote's URL -> its address; undefined for a folder of this machine and for what names no host. */
export function parseRemoteUrl(url: string): RemoteAddress | undefined {
  const text = url.trim()
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(text)
  if (match !== null) return fromUrl(match)
  return fromScp(text)
}

function fromUrl([, name = '', authority = '', path = '']: RegExpExecArray): RemoteAddress | undefined {
  const scheme = schemes[name.toLowerCase()]
  const { user, host, port } = splitAuthority(authority)
  const segments = toSegments(path)
  if (scheme === undefined || !isHost(host) || segments.length === 0) return undefined
  const web = scheme === 'http' || scheme === 'https'
  const standard = (scheme === 'https' && port === '443') || (scheme === 'http' && port === '80')
  return {
    scheme,
    host,
    port: web && !standard ? port : undefined,
    sshPort: scheme === 'ssh' ? port : undefined,
    user,
    segments,
  }
}

/** `user@host:path`, git's short form for ssh, also `[user@host:port]:path`. `C:\repo` and `./a:b` are folders. */
function fromScp(text: string): RemoteAddress | undefined {
  const bracketed = /^(?:([^/@\s[\]]+)@)?\[(?:([^/@\s[\]]+)@)?([^:[\]\s]+)(?::(\d+))?\]:(.*)$/.exec(text)
  const [, user, inner, named = '', sshPort, path = ''] =
    bracketed ?? withoutPort(/^(?:([^/@\s[\]]+)@)?([^/:@[\]\s\\]+):(?!\/\/)(.*)$/.exec(text))
  const host = named.toLowerCase()
  const segments = toSegments(path)
  const isDrive = user === undefined && host.length === 1
  if (isDrive || !isHost(host) || segments.length === 0) return undefined
  return { scheme: 'ssh', host, port: undefined, sshPort, user: inner ?? user, segments }
}

function withoutPort(match: RegExpExecArray | null): readonly (string | undefined)[] {
  const [, user, host, path] = match ?? []
  return [undefined, user, undefined, host, undefined, path]
}

/** Git takes the last `@`, so that a password may hold one. */
function splitAuthority(authority: string) {
  const at = authority.lastIndexOf('@')
  const user = at < 0 ? undefined : authority.slice(0, at).split(':')[0]
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1)) ?? []
  return {
    user: user === '' ? undefined : user,
    host: host.toLowerCase(),
    port: port === '' ? undefined : port,
  }
}

function isHost(host: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)$/.test(host)
}

function toSegments(path: string): readonly string[] {
  const segments = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode)
  // A page's address is made of these: what would climb or break out of it names no repository.
  // eslint-disable-next-line no-control-regex
  if (segments.some((part) => part === '.' || part === '..' || /[\u0000-\u001f\\/]/.test(part))) return []
  const last = segments.at(-1)?.replace(/\.git$/, '') ?? ''
  return last === '' ? segments.slice(0, -1) : [...segments.slice(0, -1), last]
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
