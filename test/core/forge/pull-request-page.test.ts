import { describe, expect, test } from 'vitest'
import { pullRequestPage } from '#core'

const branch = 'wheelhouse/shop-abc1234'
const target = 'main'

function pageOf(remoteUrl: string, more: { branch?: string; target?: string; targetUrl?: string } = {}) {
  return pullRequestPage({ remoteUrl, branch, target, ...more })
}

const github = 'https://github.com/acme/gitops/compare/main...wheelhouse/shop-abc1234?expand=1'
const gitlab = (path: string, site = 'https://gitlab.com') =>
  `${site}/${path}/-/merge_requests/new?merge_request%5Bsource_branch%5D=wheelhouse%2Fshop-abc1234&merge_request%5Btarget_branch%5D=main`
const cloud = 'https://bitbucket.org/acme/gitops/pull-requests/new?source=wheelhouse%2Fshop-abc1234&dest=main'
const server = (path: string, site = 'https://bitbucket.example.com') =>
  `${site}/${path}/pull-requests?create&sourceBranch=refs%2Fheads%2Fwheelhouse%2Fshop-abc1234&targetBranch=refs%2Fheads%2Fmain`
const compare = (site: string, path = 'acme/gitops') =>
  `${site}/${path}/compare/main...wheelhouse/shop-abc1234`
const azure = (path: string) =>
  `https://${path}/pullrequestcreate?sourceRef=wheelhouse%2Fshop-abc1234&targetRef=main`

describe('every form of a remote leads to the page that opens the pull request', () => {
  test.each([
    ['git@github.com:acme/gitops.git', github],
    ['git@github.com:acme/gitops', github],
    ['git@github.com:/acme/gitops.git', github],
    ['github.com:acme/gitops.git', github],
    ['git@github.com-work:acme/gitops.git', github],
    ['ssh://git@github.com/acme/gitops.git', github],
    ['ssh://git@ssh.github.com:443/acme/gitops.git', github],
    ['git+ssh://git@github.com/acme/gitops.git', github],
    ['https://github.com/acme/gitops.git', github],
    ['https://github.com/acme/gitops', github],
    ['https://github.com/acme/gitops/', github],
    ['https://github.com:443/acme/gitops.git', github],
    ['HTTPS://GitHub.com/acme/gitops.git', github],
    ['git://github.com/acme/gitops.git', github],
    ['  https://github.com/acme/gitops.git\n', github],
    ['git@github.example.com:acme/gitops.git', github.replace('github.com', 'github.example.com')],
    ['ssh://git@ghe.example.com:2222/acme/gitops', github.replace('github.com', 'ghe.example.com')],
    ['https://acme.ghe.com/acme/gitops.git', github.replace('github.com', 'acme.ghe.com')],
    [
      'https://github.example.com:8443/acme/gitops.git',
      github.replace('github.com', 'github.example.com:8443'),
    ],
    [
      'http://github.example.com:8080/acme/gitops.git',
      github.replace('https://github.com', 'http://github.example.com:8080'),
    ],
  ])('GitHub %s', (url, page) => {
    expect(pageOf(url)).toEqual({ forge: 'github', url: page })
  })

  test.each([
    ['git@gitlab.com:acme/gitops.git', gitlab('acme/gitops')],
    ['git@gitlab.com:acme/platform/europe/gitops.git', gitlab('acme/platform/europe/gitops')],
    ['https://gitlab.com/acme/platform/europe/gitops.git', gitlab('acme/platform/europe/gitops')],
    ['ssh://git@altssh.gitlab.com:443/acme/gitops.git', gitlab('acme/gitops')],
    ['ssh://git@gitlab.example.com:2222/acme/gitops', gitlab('acme/gitops', 'https://gitlab.example.com')],
    ['[git@gitlab.example.com:2222]:acme/gitops', gitlab('acme/gitops', 'https://gitlab.example.com')],
    ['git@[gitlab.example.com:2222]:acme/gitops', gitlab('acme/gitops', 'https://gitlab.example.com')],
    [
      'https://code.gitlab.example.com:8443/acme/gitops',
      gitlab('acme/gitops', 'https://code.gitlab.example.com:8443'),
    ],
    ['https://gitlab.com/acme', undefined],
  ])('GitLab %s', (url, page) => {
    expect(pageOf(url)).toEqual(page === undefined ? undefined : { forge: 'gitlab', url: page })
  })

  test.each([
    ['git@bitbucket.org:acme/gitops.git', 'bitbucket-cloud', cloud],
    ['https://ada@bitbucket.org/acme/gitops.git', 'bitbucket-cloud', cloud],
    ['ssh://git@altssh.bitbucket.org:443/acme/gitops.git', 'bitbucket-cloud', cloud],
    [
      'ssh://git@bitbucket.example.com:7999/plat/gitops.git',
      'bitbucket-server',
      server('projects/PLAT/repos/gitops'),
    ],
    [
      'ssh://git@code.example.com:7999/plat/gitops.git',
      'bitbucket-server',
      server('projects/PLAT/repos/gitops', 'https://code.example.com'),
    ],
    [
      'https://bitbucket.example.com/scm/plat/gitops.git',
      'bitbucket-server',
      server('projects/PLAT/repos/gitops'),
    ],
    [
      'https://code.example.com:8443/bitbucket/scm/plat/gitops.git',
      'bitbucket-server',
      server('bitbucket/projects/PLAT/repos/gitops', 'https://code.example.com:8443'),
    ],
    [
      'https://bitbucket.example.com/scm/~ada/gitops.git',
      'bitbucket-server',
      server('users/ada/repos/gitops'),
    ],
    [
      'ssh://git@stash.example.com:7999/~ada/gitops.git',
      'bitbucket-server',
      server('users/ada/repos/gitops', 'https://stash.example.com'),
    ],
  ])('Bitbucket %s', (url, forge, page) => {
    expect(pageOf(url)).toEqual({ forge, url: page })
  })

  test.each([
    ['git@codeberg.org:acme/gitops.git', 'forgejo', compare('https://codeberg.org')],
    ['https://codeberg.org/acme/gitops.git', 'forgejo', compare('https://codeberg.org')],
    ['git@forgejo.example.com:acme/gitops.git', 'forgejo', compare('https://forgejo.example.com')],
    ['https://gitea.com/acme/gitops', 'gitea', compare('https://gitea.com')],
    ['ssh://gitea@gitea.example.com:3022/acme/gitops.git', 'gitea', compare('https://gitea.example.com')],
    [
      'https://gitea.example.com:3000/git/acme/gitops.git',
      'gitea',
      compare('https://gitea.example.com:3000', 'git/acme/gitops'),
    ],
  ])('Gitea and Forgejo %s', (url, forge, page) => {
    expect(pageOf(url)).toEqual({ forge, url: page })
  })

  test.each([
    ['https://dev.azure.com/acme/Platform/_git/gitops', azure('dev.azure.com/acme/Platform/_git/gitops')],
    [
      'https://acme@dev.azure.com/acme/Platform/_git/gitops',
      azure('dev.azure.com/acme/Platform/_git/gitops'),
    ],
    ['https://dev.azure.com/acme/_git/gitops', azure('dev.azure.com/acme/_git/gitops')],
    ['git@ssh.dev.azure.com:v3/acme/Platform/gitops', azure('dev.azure.com/acme/Platform/_git/gitops')],
    ['ssh://git@ssh.dev.azure.com/v3/acme/Platform/gitops', azure('dev.azure.com/acme/Platform/_git/gitops')],
    [
      'https://dev.azure.com/acme/Our%20Platform/_git/git%20ops',
      azure('dev.azure.com/acme/Our%20Platform/_git/git%20ops'),
    ],
    [
      'https://acme.visualstudio.com/Platform/_git/gitops',
      azure('acme.visualstudio.com/Platform/_git/gitops'),
    ],
    [
      'https://acme.visualstudio.com/DefaultCollection/Platform/_git/gitops',
      azure('acme.visualstudio.com/DefaultCollection/Platform/_git/gitops'),
    ],
    ['https://acme.visualstudio.com/_git/gitops', azure('acme.visualstudio.com/_git/gitops')],
    [
      'acme@vs-ssh.visualstudio.com:v3/acme/Platform/gitops',
      azure('acme.visualstudio.com/Platform/_git/gitops'),
    ],
    [
      'ssh://acme@vs-ssh.visualstudio.com:22/DefaultCollection/Platform/_ssh/gitops',
      azure('acme.visualstudio.com/DefaultCollection/Platform/_git/gitops'),
    ],
    [
      'https://tfs.example.com:8443/tfs/Main/Platform/_git/gitops',
      azure('tfs.example.com:8443/tfs/Main/Platform/_git/gitops'),
    ],
    [
      'ssh://tfs.example.com:22/tfs/Main/Platform/_git/gitops',
      azure('tfs.example.com/tfs/Main/Platform/_git/gitops'),
    ],
  ])('Azure DevOps %s', (url, page) => {
    expect(pageOf(url)).toEqual({ forge: 'azure-devops', url: page })
  })
})

test.each([
  '',
  'origin',
  '/srv/git/gitops.git',
  './github.com:acme/gitops',
  '../gitops',
  'C:\\work\\gitops',
  'C:/work/gitops',
  'file:///srv/git/github.com/gitops.git',
  'https://git.example.com/acme/gitops.git',
  'git@code:acme/gitops.git',
  'git@gitlab:acme/gitops.git',
  'https:///acme/gitops',
  'https://github.com/',
  'https://github.com/acme',
  'https://github.com/../acme/gitops',
  'https://github.com/acme/%2e%2e/gitops',
  'https://github.com/acme/git%2Fops',
  'ext::sh -c touch% /tmp/x',
  'https://github.com@evil.example.com/acme/gitops',
  'https://git hub.com/acme/gitops',
  'https://github.com:80x/acme/gitops',
])('%j names no page', (url) => {
  expect(pageOf(url)).toBeUndefined()
})

test.each([
  'https://ada:hunter2@github.com/acme/gitops.git',
  'https://hunter2@github.com/acme/gitops.git',
  'https://ada:hun@ter2:hunter2@github.com/acme/gitops.git',
  'https://x-access-token:hunter2@github.com/acme/gitops.git?token=hunter2#hunter2',
  'ssh://ada:hunter2@github.com:22/acme/gitops.git',
])('no credential of %s gets into the page', (url) => {
  expect(pageOf(url)).toEqual({ forge: 'github', url: github })
})

test('branch names are part of the address and nothing more', () => {
  const odd = { branch: "a&b=c?d#e f'<%2F", target: 'release/1.0' }
  expect(pageOf('https://github.com/acme/gitops', odd)?.url).toBe(
    'https://github.com/acme/gitops/compare/release/1.0...a%26b%3Dc%3Fd%23e%20f%27%3C%252F?expand=1',
  )
  const url = new URL(pageOf('https://gitlab.com/acme/gitops', odd)?.url ?? '')
  expect(url.searchParams.get('merge_request[source_branch]')).toBe(odd.branch)
  expect(url.searchParams.get('merge_request[target_branch]')).toBe(odd.target)
  expect(url.hash).toBe('')
})

test.each([
  [
    'git@github.com:ada/gitops-fork.git',
    'https://github.com/acme/gitops.git',
    'https://github.com/acme/gitops/compare/main...ada:gitops-fork:wheelhouse/shop-abc1234?expand=1',
  ],
  [
    'git@codeberg.org:ada/gitops.git',
    'https://codeberg.org/acme/gitops.git',
    'https://codeberg.org/acme/gitops/compare/main...ada:wheelhouse/shop-abc1234',
  ],
  [
    'git@gitlab.com:ada/gitops.git',
    'https://gitlab.com/acme/gitops.git',
    'https://gitlab.com/ada/gitops/-/merge_requests/new?merge_request%5Bsource_branch%5D=wheelhouse%2Fshop-abc1234',
  ],
  [
    'git@bitbucket.org:ada/gitops.git',
    'https://bitbucket.org/acme/gitops.git',
    'https://bitbucket.org/ada/gitops/pull-requests/new?source=wheelhouse%2Fshop-abc1234&dest=acme%2Fgitops%3A%3Amain',
  ],
  // The same repository over another protocol is no fork.
  ['git@github.com:Acme/GitOps.git', 'https://github.com/acme/gitops.git', github],
])('a fork %s asks to be merged into %s', (remoteUrl, targetUrl, url) => {
  expect(pageOf(remoteUrl, { targetUrl })?.url).toBe(url)
})

test('a fork on another host than its upstream gets the page of its own host', () => {
  expect(pageOf('git@github.com:acme/gitops.git', { targetUrl: 'https://gitlab.com/acme/gitops' })?.url).toBe(
    github,
  )
})
