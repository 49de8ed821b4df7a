import { BlockList, isIP } from 'node:net'

export type ProxyInput = {
  readonly server: string
  /** `proxy-url` of the kubeconfig's cluster: wins over the environment. */
  readonly proxyUrl?: string | undefined
  readonly env: Readonly<Record<string, string>>
}

/** The proxy for a server, or undefined. The environment's rules are Go's (golang.org/x/net/http/httpproxy), so that kubectl and we agree. */
export function proxyFor({ server, proxyUrl, env }: ProxyInput): string | undefined {
  if (proxyUrl !== undefined) return proxyUrl
  const url = new URL(server)
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const proxy = env[name.toUpperCase()] || env[name]
  if (!proxy || isExempt(url, env['NO_PROXY'] || env['no_proxy'] || '')) return undefined
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`
}

function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (host === 'localhost' || isLoopback(host)) return true
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry === '*' || (entry !== '' && matches({ entry, host, port })))
}

function matches({ entry, host, port }: { entry: string; host: string; port: string }): boolean {
  if (entry.includes('/')) return isInside(host, entry)
  const split = /^(?<name>\[[^\]]+\]|[^:]+|[0-9a-f:]+:[0-9a-f:]*)(?::(?<port>\d+))?$/.exec(entry)?.groups
  const name = (isIP(entry) === 0 ? (split?.['name'] ?? entry) : entry).replace(/^\[|\]$/g, '')
  const wanted = isIP(entry) === 0 ? split?.['port'] : undefined
  if (wanted !== undefined && wanted !== port) return false
  if (isIP(name) !== 0) return name === host
  if (name.startsWith('*.')) return host.endsWith(name.slice(1))
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`)
}

function isInside(host: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/')
  const family = isIP(network)
  if (isIP(host) === 0 || family === 0 || isIP(host) !== family || !/^\d+$/.test(bits)) return false
  if (Number(bits) > (family === 4 ? 32 : 128)) return false
  const block = new BlockList()
  block.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return block.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

function isLoopback(host: string): boolean {
  return isInside(host, '127.0.0.0/8') || host === '::1'
}
