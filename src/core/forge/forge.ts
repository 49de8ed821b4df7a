import type { RemoteAddress } from './remote-address.ts'

/** Who hosts a repository, as far as its remote's address tells. */
export type Forge =
  'github' | 'gitlab' | 'bitbucket-cloud' | 'bitbucket-server' | 'gitea' | 'forgejo' | 'azure-devops'

/** Hosts of ssh over port 443, and where their pages are. */
const pageHosts: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'ssh.dev.azure.com': 'dev.azure.com',
}

/**
 * The host that shows the pages. `github.com-work` is the usual name in an ssh configuration for a second account: a host of that name
 * exists nowhere.
 */
export function pageHost(address: RemoteAddress): string {
  const alias = /^(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)-/.exec(address.host)?.[1]
  if (address.scheme === 'ssh' && alias !== undefined) return alias
  return pageHosts[address.host] ?? address.host
}

/** Who it is: by the well-known hosts, then by what only one of them has in its paths, then by a label of a self-hosted name. */
export function forgeOf(address: RemoteAddress): Forge | undefined {
  const host = pageHost(address)
  return wellKnown[host] ?? fromDomain(host) ?? fromPath(address) ?? fromLabels(host)
}

const wellKnown: Readonly<Record<string, Forge>> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'bitbucket.org': 'bitbucket-cloud',
  'gitea.com': 'gitea',
  'codeberg.org': 'forgejo',
  'dev.azure.com': 'azure-devops',
}

function fromDomain(host: string): Forge | undefined {
  if (host.endsWith('.ghe.com')) return 'github'
  return host.endsWith('.visualstudio.com') ? 'azure-devops' : undefined
}

function fromPath({ segments, sshPort, scheme }: RemoteAddress): Forge | undefined {
  if (segments.includes('_git') || segments.includes('_ssh')) return 'azure-devops'
  const scm = segments.indexOf('scm')
  if (scheme !== 'ssh' && scm >= 0 && segments.length === scm + 3) return 'bitbucket-server'
  return sshPort === '7999' && segments.length === 2 ? 'bitbucket-server' : undefined
}

const byLabel = [
  [/^(github|ghe)/, 'github'],
  [/^gitlab/, 'gitlab'],
  [/^(bitbucket|stash)/, 'bitbucket-server'],
  [/^forgejo/, 'forgejo'],
  [/^gitea/, 'gitea'],
] as const

/** A name without a dot is an alias of an ssh configuration: nobody knows what stands behind it. */
function fromLabels(host: string): Forge | undefined {
  const labels = host.split('.')
  if (labels.length === 1) return undefined
  return byLabel.find(([name]) => labels.slice(0, -1).some((label) => name.test(label)))?.[1]
}
