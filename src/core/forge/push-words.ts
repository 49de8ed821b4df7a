import { pageHost } from './forge.ts'
import { parseRemoteUrl } from './remote-address.ts'

/**
 * Words by which a remote says that a branch takes no pushes, only merges: GitHub (GH006, GH013), GitLab, Gitea and Forgejo, Azure DevOps
 * (TF402455), Bitbucket Cloud and Server, and git's own hooks that say so.
 */
const protection = [
  /protected branch/i,
  /GH006|GH013/,
  /protected ref/i,
  /TF402455/,
  /not allowed to push/i,
  /permission (denied )?to (push|update)\b.*branch/i,
  /can only be modified through pull requests/i,
  /must use a pull request/i,
  /hook declined[^]*protected|protected[^]*hook declined/i,
]

/** Does a refused push mean a protected branch? `output` is all that git and the remote said. */
export function isProtection(output: string): boolean {
  return protection.some((words) => words.test(output))
}

const refusals: ReadonlySet<string> = new Set(['PUSH_PROTECTED', 'PUSH_REFUSED', 'PUSH_ELSEWHERE'])

/** Codes of a refused push that a branch of its own would not meet. */
export function isProposable(code: string): boolean {
  return refusals.has(code)
}

/** Where each forge opens a pull request: its page has one of these in it. */
const proposing = /\/(compare|pull|pulls|merge_requests\/new|pull-requests|pullrequestcreate)([/?]|$)/

/** A page without its fragment: the whole, host with port, path with query. A user or password is no part of a host. */
const address = /(https?:\/\/([^\s/?#<>"'`]+)([^\s#<>"'`]*))/g

/**
 * The page that a forge prints after a push of a new branch ("Create a merge request … by visiting"): for hosts whose names tell nothing. Only a
 * page of the remote's own host counts, and nothing of it that could let one in.
 */
export function pageFromPush(output: string, remoteUrl: string): string | undefined {
  const remote = parseRemoteUrl(remoteUrl)
  if (remote === undefined) return undefined
  const lines = output.split('\n').filter((line) => line.startsWith('remote:'))
  for (const [, page = '', authority = '', path = ''] of lines.join('\n').matchAll(address)) {
    const host = authority.replace(/:\d+$/, '').toLowerCase()
    if (host === pageHost(remote) && proposing.test(path)) return page
  }
  return undefined
}
