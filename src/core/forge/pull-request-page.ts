import { assertNever } from '#contract'
import { forgeOf, pageHost } from './forge.ts'
import type { Forge } from './forge.ts'
import { parseRemoteUrl } from './remote-address.ts'
import type { RemoteAddress } from './remote-address.ts'

export type PullRequestQuestion = {
  /** The repository that the branch was pushed to, in any form that git takes. */
  readonly remoteUrl: string
  readonly branch: string
  /** The branch to merge into. */
  readonly target: string
  /** Where `target` is, when that is another repository (a fork was pushed to). */
  readonly targetUrl?: string | undefined
}
export type PullRequestPage = { readonly forge: Forge; readonly url: string }

/**
 * The page that opens a pull request, without any API or token; undefined when the host tells nothing of who it is. Nothing of the remote's
 * user, password or query gets into it. Shapes: the pages that each forge itself prints after a push, or links to from its compare view.
 */
export function pullRequestPage(question: PullRequestQuestion): PullRequestPage | undefined {
  const source = parseRemoteUrl(question.remoteUrl)
  const forge = source === undefined ? undefined : forgeOf(source)
  if (source === undefined || forge === undefined) return undefined
  const into = question.targetUrl === undefined ? source : (parseRemoteUrl(question.targetUrl) ?? source)
  const sameHost = pageHost(into) === pageHost(source)
  const url = urlOf(forge, { ...question, source, into: sameHost ? into : source })
  return url === undefined ? undefined : { forge, url }
}

type Ends = {
  readonly source: RemoteAddress
  readonly into: RemoteAddress
  readonly branch: string
  readonly target: string
}

function urlOf(forge: Forge, ends: Ends): string | undefined {
  switch (forge) {
    case 'github':
      return compared(ends, { separator: '...', end: '?expand=1', repositoryToo: true })
    case 'gitea':
    case 'forgejo':
      return compared(ends, { separator: '...', end: '', repositoryToo: false })
    case 'gitlab':
      return gitlab(ends)
    case 'bitbucket-cloud':
      return bitbucketCloud(ends)
    case 'bitbucket-server':
      return bitbucketServer(ends)
    case 'azure-devops':
      return azure(ends)
    default:
      return assertNever(forge)
  }
}

/** `<target repository>/compare/<target>...[<owner>:[<repository>:]]<branch>`. */
function compared(
  { source, into, branch, target }: Ends,
  style: { readonly separator: string; readonly end: string; readonly repositoryToo: boolean },
): string | undefined {
  const [owner, repository] = source.segments.slice(-2)
  if (owner === undefined || repository === undefined || into.segments.length < 2) return undefined
  const fork = isSame(source, into)
    ? ''
    : `${encode(owner)}:${style.repositoryToo ? `${encode(repository)}:` : ''}`
  const refs = `${pathOf(target)}${style.separator}${fork}${pathOf(branch)}`
  return `${site(into)}/${join(into.segments)}/compare/${refs}${style.end}`
}

/** GitLab finds a fork's upstream itself. */
function gitlab({ source, into, branch, target }: Ends): string | undefined {
  if (source.segments.length < 2) return undefined
  const to = isSame(source, into) ? `&merge_request%5Btarget_branch%5D=${encode(target)}` : ''
  const from = `merge_request%5Bsource_branch%5D=${encode(branch)}`
  return `${site(source)}/${join(source.segments)}/-/merge_requests/new?${from}${to}`
}

function bitbucketCloud({ source, into, branch, target }: Ends): string | undefined {
  if (source.segments.length !== 2) return undefined
  const fork = isSame(source, into) ? '' : `${into.segments.map(encode).join('%2F')}%3A%3A`
  return `${site(source)}/${join(source.segments)}/pull-requests/new?source=${encode(branch)}&dest=${fork}${encode(target)}`
}

/** `/scm/` stands in the address of clones alone; `~name` is a person's own project. */
function bitbucketServer({ source, branch, target }: Ends): string | undefined {
  const [project, repository] = source.segments.slice(-2)
  if (project === undefined || repository === undefined) return undefined
  const before = source.segments.slice(0, -2)
  const context = before.at(-1) === 'scm' ? before.slice(0, -1) : before
  const home = project.startsWith('~') ? ['users', project.slice(1)] : ['projects', project.toUpperCase()]
  const path = join([...context, ...home, 'repos', repository, 'pull-requests'])
  const refs = `sourceBranch=${encode(`refs/heads/${branch}`)}&targetBranch=${encode(`refs/heads/${target}`)}`
  return `${site(source)}/${path}?create&${refs}`
}

function azure({ source, branch, target }: Ends): string | undefined {
  const path = azurePath(source)
  if (path === undefined) return undefined
  return `${path}/pullrequestcreate?sourceRef=${encode(branch)}&targetRef=${encode(target)}`
}

/**
 * Azure DevOps in its forms: `dev.azure.com/org/project/_git/repo`, `org.visualstudio.com/[DefaultCollection/]project/_git/repo`, over ssh
 * `v3/org/project/repo` or with the organisation as the user, and a server of one's own, `/collection/project/_git/repo`. The project may be
 * left out where it has the repository's name.
 */
function azurePath(source: RemoteAddress): string | undefined {
  const { segments, scheme, host, user } = source
  const isOldSsh = host === 'vs-ssh.visualstudio.com'
  if (scheme === 'ssh' && segments[0] === 'v3' && segments.length === 4) {
    const [, organisation = '', project = '', repository = ''] = segments
    const base = isOldSsh ? oldSite(organisation) : `https://dev.azure.com/${encode(organisation)}`
    return `${base}/${join([project, '_git', repository])}`
  }
  const at = segments.findIndex((part) => part === '_git' || part === '_ssh')
  const repository = segments[at + 1]
  if (at < 0 || repository === undefined || (isOldSsh && user === undefined)) return undefined
  const base = isOldSsh ? oldSite(user ?? '') : site(source)
  return `${base}/${join([...segments.slice(0, at), '_git', repository])}`
}

function oldSite(organisation: string): string {
  return `https://${encode(organisation)}.visualstudio.com`
}

function isSame(a: RemoteAddress, b: RemoteAddress): boolean {
  return a.segments.join('/').toLowerCase() === b.segments.join('/').toLowerCase()
}

function site(address: RemoteAddress): string {
  const scheme = address.scheme === 'http' ? 'http' : 'https'
  const port = address.port === undefined ? '' : `:${address.port}`
  return `${scheme}://${pageHost(address)}${port}`
}

function join(segments: readonly string[]): string {
  return segments.map(encode).join('/')
}

/** A branch in a path keeps its slashes. */
function pathOf(branch: string): string {
  return branch.split('/').map(encode).join('/')
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27')
}
