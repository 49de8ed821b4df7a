import { expect, test } from 'vitest'
import { isProtection, isSameRepository, pageFromPush } from '#core'

test.each([
  'remote: error: GH006: Protected branch update failed for refs/heads/main.',
  'remote: error: GH013: Repository rule violations found for refs/heads/main.',
  '!\tabc:refs/heads/main\t[remote rejected] (protected branch hook declined)',
  'remote: GitLab: You are not allowed to push code to protected branches on this project.',
  'remote: Gitea: Not allowed to push to protected branch main',
  'remote: Forgejo: Not allowed to push to protected branch main',
  'remote: TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.',
  'remote: Permission denied to update branch main.',
  'remote: Branch refs/heads/main can only be modified through pull requests.\nremote: Check your branch permissions configuration with the project administrator.',
  'remote: main is protected\n!\tabc:refs/heads/main\t[remote rejected] (pre-receive hook declined)',
])('%j says that the branch is protected', (output) => {
  expect(isProtection(output)).toBe(true)
})

test.each([
  'remote: no commits on Fridays\n! [remote rejected] (pre-receive hook declined)',
  '! [rejected] (stale info)',
  'remote: Permission to acme/gitops.git denied to ada.',
  'remote: error: refusing to update checked out branch: refs/heads/main',
  '',
])('%j does not', (output) => {
  expect(isProtection(output)).toBe(false)
})

const gitlab =
  'remote: \nremote: To create a merge request for wheelhouse/shop-1, visit:\nremote:   https://git.example.com/acme/gitops/-/merge_requests/new?merge_request%5Bsource_branch%5D=wheelhouse%2Fshop-1\nremote: \nTo git.example.com:acme/gitops.git\n'

test.each([
  [
    gitlab,
    'git@git.example.com:acme/gitops.git',
    'https://git.example.com/acme/gitops/-/merge_requests/new?merge_request%5Bsource_branch%5D=wheelhouse%2Fshop-1',
  ],
  [
    "remote: Create a pull request for 'x' on GitHub by visiting:\nremote:      https://code.example.com/acme/gitops/pull/new/x",
    'https://ada:hunter2@code.example.com/acme/gitops.git',
    'https://code.example.com/acme/gitops/pull/new/x',
  ],
  [
    "remote: Create a new pull request for 'x':\nremote:   https://tea.example.com:3000/acme/gitops/compare/main...x",
    'ssh://git@tea.example.com:2222/acme/gitops.git',
    'https://tea.example.com:3000/acme/gitops/compare/main...x',
  ],
  [
    'remote: Create pull request for x:\nremote:   https://stash.example.com/projects/P/repos/gitops/pull-requests?create&sourceBranch=x',
    'ssh://git@stash.example.com:7999/p/gitops.git',
    'https://stash.example.com/projects/P/repos/gitops/pull-requests?create&sourceBranch=x',
  ],
  // Somebody else's page, one that lets in, one that proposes nothing, words that are not the remote's: none of them.
  [gitlab, 'git@other.example.com:acme/gitops.git', undefined],
  ['remote: https://ada:hunter2@git.example.com/acme/pull/new/x', 'git@git.example.com:a/b', undefined],
  ['remote: https://git.example.com.evil.example/acme/pull/new/x', 'git@git.example.com:a/b', undefined],
  ['remote: javascript://git.example.com/pull/new', 'git@git.example.com:a/b', undefined],
  ['remote: see https://git.example.com/help', 'git@git.example.com:a/b', undefined],
  ['hint: https://git.example.com/acme/pull/new/x', 'git@git.example.com:a/b', undefined],
  [gitlab, '/srv/git/gitops.git', undefined],
])('of %j from %s the page is %s', (output, remoteUrl, page) => {
  expect(pageFromPush(output, remoteUrl)).toBe(page)
})

test.each([
  ['git@github.com:acme/gitops.git', 'https://ada@github.com/Acme/gitops', true],
  ['ssh://git@ssh.github.com:443/acme/gitops.git', 'git@github.com:acme/gitops', true],
  ['git@ssh.dev.azure.com:v3/acme/p/r', 'https://acme@dev.azure.com/acme/p/_git/r', true],
  ['ssh://git@bitbucket.example.com:7999/p/r.git', 'https://bitbucket.example.com/scm/p/r.git', true],
  ['/srv/git/r.git', 'file:///srv/git/r.git', true],
  ['/srv/git/r', '/srv/git/r.git/', true],
  ['git@github.com:acme/gitops.git', 'git@github.com:ada/gitops.git', false],
  ['git@github.com:acme/gitops.git', 'git@gitlab.com:acme/gitops.git', false],
  ['/srv/git/r.git', '/srv/git/fork.git', false],
  ['/srv/git/r.git', 'git@github.com:acme/gitops.git', false],
])('%s and %s are one repository: %s', (a, b, same) => {
  expect([isSameRepository(a, b), isSameRepository(b, a)]).toEqual([same, same])
})
