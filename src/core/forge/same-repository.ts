import { pageHost } from './forge.ts'
import { parseRemoteUrl } from './remote-address.ts'

/** Do two remotes name one repository, whatever the protocol, the user and `.git`? Folders of this machine are compared as they are written. */
export function isSameRepository(a: string, b: string): boolean {
  if (a === b) return true
  const [one, other] = [parseRemoteUrl(a), parseRemoteUrl(b)]
  if (one === undefined || other === undefined) return trimmed(a) === trimmed(b)
  const path = ({ segments }: typeof one) =>
    segments
      .filter((part) => !['scm', 'v3', '_git', '_ssh'].includes(part))
      .join('/')
      .toLowerCase()
  return pageHost(one) === pageHost(other) && path(one) === path(other)
}

function trimmed(url: string): string {
  return url
    .replace(/^file:\/\//, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
}
