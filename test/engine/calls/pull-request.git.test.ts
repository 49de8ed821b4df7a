import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Operation } from '#contract'
import {
  codeOf,
  landDraft as land,
  onReceive,
  openForge as forge,
  openLandingScene,
  protectMain,
  scaleDraft as draft,
} from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'
import { startGitDaemon } from '../../helpers/git-daemon.ts'
import { openTestSession } from '../../helpers/session.ts'
import { trustClone } from '../../helpers/trusted.ts'

// A pull request from the draft to the merge, over an engine as a window has it: a bare remote whose hook protects main.

const scenes: LandingScene[] = []
afterEach(async () => {
  for (const { repo, session } of scenes.splice(0)) {
    await session.close()
    repo.remove()
  }
})

async function scene(remoteUrl?: string): Promise<LandingScene> {
  const one = await openLandingScene(remoteUrl)
  onReceive(one.repo, protectMain)
  scenes.push(one)
  return one
}

/** The operation as soon as it is over: a fetch goes first, as the background's would. */
async function afterFetch(
  { session, app }: LandingScene,
  id: string,
  state: Operation['state'],
): Promise<Operation> {
  await session.client.call('clones.fetch', { cloneId: app.spec.cloneId })
  for await (const delta of session.client.stream(
    'operations.watch',
    {},
    { signal: AbortSignal.timeout(15_000) },
  )) {
    const operation = delta.upserts.find((one) => one.id === id)
    if (operation?.state === state) return operation
  }
  throw new Error('The stream ended.')
}

test('a pull request waits over a restart of the engine, is found when it was squashed, and the local branch follows', async () => {
  const one = await scene()
  const { repo, base } = one
  const made = await draft(one, 'pull-request')
  const branch = `wheelhouse/web-${made.tree.slice(0, 7)}`
  expect(made.landing).toMatchObject({
    mode: 'pull-request',
    remote: 'origin',
    proposal: { remote: 'origin', branch },
  })
  const operation = await land(one, made)
  expect(operation).toMatchObject({
    state: 'waiting',
    resumable: true,
    cancellable: true,
    pullRequest: { remote: 'origin', branch, target: 'origin/main' },
  })
  // A folder beside is no forge: branch and remote are all that can be told.
  expect(operation.pullRequest?.page).toBeUndefined()
  expect([repo.remoteTip(branch), repo.remoteTip(), repo.git('rev-parse', 'main')]).toEqual([
    operation.commit,
    base,
    base,
  ])

  await one.session.close('keep')
  one.session = await openTestSession({ dataDir: one.session.dataDir })
  expect((await afterFetch(one, operation.id, 'waiting')).state).toBe('waiting')

  const at = forge(one)
  at('merge', '-q', '--squash', `origin/${branch}`)
  at('commit', '-q', '-m', 'Scale web (#1)')
  at('push', '-q', 'origin', 'main')
  at('push', '-q', 'origin', `:${branch}`)
  const done = await afterFetch(one, operation.id, 'done')
  const squashed = repo.remoteTip()
  expect(done.pullRequest?.merged).toBe(squashed)
  expect(done.steps.map(({ name, state }) => [name, state])).toEqual([
    ['commit', 'done'],
    ['push', 'done'],
    ['merge', 'done'],
    ['fast-forward', 'done'],
  ])
  expect([repo.git('rev-parse', 'main'), repo.git('status', '--porcelain')]).toEqual([squashed, ''])
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  expect(repo.fsck()).toBe('')
})

test('a branch that was deleted without a merge ends it with PULL_REQUEST_GONE', async () => {
  const one = await scene()
  const operation = await land(one, await draft(one, 'pull-request'))
  one.repo.at(one.repo.remote, 'update-ref', '-d', `refs/heads/${operation.pullRequest?.branch}`)
  const ended = await afterFetch(one, operation.id, 'failed')
  expect(ended.failure?.code).toBe('PULL_REQUEST_GONE')
  expect(ended.steps.find(({ name }) => name === 'merge')?.state).toBe('failed')
  expect(one.repo.git('rev-parse', 'main')).toBe(one.base)
})

test('looked at by hand: nothing yet, the remote away, then merged', async () => {
  const one = await scene()
  const { repo, session } = one
  const { id, pullRequest } = await land(one, await draft(one, 'pull-request'))
  const look = async () => {
    await session.client.call('operations.resume', { operationId: id })
    return session.ended(id)
  }
  expect((await look()).state).toBe('waiting')
  repo.git('config', 'remote.origin.url', `${repo.remote}-away`)
  const away = await look()
  expect([away.state, away.steps.find(({ name }) => name === 'merge')?.words]).toEqual([
    'waiting',
    expect.stringContaining('last look failed'),
  ])
  repo.git('config', 'remote.origin.url', repo.remote)
  const at = forge(one)
  at('merge', '-q', '--no-ff', '-m', 'Merge pull request #1', `origin/${pullRequest?.branch}`)
  at('push', '-q', 'origin', 'main')
  const merged = await look()
  expect([merged.state, merged.pullRequest?.merged]).toEqual(['done', repo.remoteTip()])
})

test('following ends when it is cancelled; the branch stays on the remote, and nothing goes on later', async () => {
  const one = await scene()
  const { repo, session } = one
  const { id, commit, pullRequest } = await land(one, await draft(one, 'pull-request'))
  await session.client.call('operations.cancel', { operationId: id })
  expect((await session.ended(id)).state).toBe('cancelled')
  expect(repo.remoteTip(pullRequest?.branch)).toBe(commit)
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  expect(await codeOf(session.client.call('operations.resume', { operationId: id }))).toBe(
    'OPERATION_NOT_RESUMABLE',
  )
})

test('a push that the protection refused is proposed with the very same commit, once', async () => {
  const one = await scene()
  const { repo, session } = one
  const refused = await land(one, await draft(one))
  expect([refused.state, refused.failure?.code, refused.proposable]).toEqual([
    'failed',
    'PUSH_PROTECTED',
    true,
  ])
  const { operationId } = await session.client.call('operations.propose', { operationId: refused.id })
  const proposed = await session.ended(operationId)
  expect([proposed.state, proposed.commit]).toEqual(['waiting', refused.commit])
  expect(repo.remoteTip(proposed.pullRequest?.branch)).toBe(refused.commit)
  expect(await codeOf(session.client.call('operations.propose', { operationId: refused.id }))).toBe(
    'OPERATION_NOT_RESUMABLE',
  )
})

test('without a remote there is nothing to propose on: PULL_REQUEST_NO_REMOTE', async () => {
  const one = await scene()
  one.repo.git('remote', 'remove', 'origin')
  expect(await codeOf(draft(one, 'pull-request'))).toBe('PULL_REQUEST_NO_REMOTE')
  expect((await draft(one)).landing.mode).toBe('local')
})

test('who pushes to a fork proposes from there, unless the tracked branch is asked for', async () => {
  const one = await scene()
  const { repo } = one
  const fork = join(repo.dir, 'fork.git')
  repo.at(repo.dir, 'clone', '-q', '--bare', repo.remote, fork)
  repo.git('remote', 'add', 'fork', fork)
  repo.git('config', 'remote.pushDefault', 'fork')
  // Both known by the addresses of a forge, reached in the folders beside.
  for (const [name, path] of [
    ['origin', repo.remote],
    ['fork', fork],
  ] as const) {
    const address = `git@github.com:${name === 'fork' ? 'ada' : 'acme'}/gitops.git`
    repo.git('config', `remote.${name}.url`, address)
    repo.git('config', `url.${path}.insteadOf`, address)
  }
  await trustClone(one.session, one.app.spec.cloneId)
  const made = await draft(one)
  expect(made.landing).toMatchObject({
    mode: 'pull-request',
    remote: 'origin',
    pushesTo: 'fork',
    proposal: { remote: 'fork' },
  })
  const { state, commit, pullRequest, id } = await land(one, made)
  expect([state, pullRequest?.remote, pullRequest?.target]).toEqual(['waiting', 'fork', 'origin/main'])
  expect(repo.at(fork, 'rev-parse', `refs/heads/${pullRequest?.branch}`)).toBe(commit)
  expect(pullRequest?.page).toBe(
    `https://github.com/acme/gitops/compare/main...ada:gitops:${pullRequest?.branch}?expand=1`,
  )
  expect(repo.at(repo.remote, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main')
  const at = forge(one)
  at('fetch', '-q', fork, pullRequest?.branch ?? '')
  at('merge', '-q', '--no-ff', '-m', 'Merge pull request #1', 'FETCH_HEAD')
  at('push', '-q', 'origin', 'main')
  expect((await afterFetch(one, id, 'done')).pullRequest?.merged).toBe(repo.remoteTip())
  expect(await codeOf(draft(one, 'push'))).toBe('EDIT_NOTHING')
})

test('the page that opens it is known by the address as it is written, also behind a mirror, without its password', async () => {
  const one = await scene('https://ada:hunter2@github.com/acme/gitops.git')
  const made = await draft(one, 'pull-request')
  expect(made.landing.proposal?.site).toBe('github.com')
  const { state, pullRequest } = await land(one, made)
  expect([state, pullRequest?.page]).toEqual([
    'waiting',
    `https://github.com/acme/gitops/compare/main...${pullRequest?.branch}?expand=1`,
  ])
})

test('a forge behind a name that tells nothing is known by the page that it prints', async () => {
  const one = await scene('git@git.example.com:acme/gitops.git')
  const made = await draft(one, 'pull-request')
  expect(made.landing.proposal?.site).toBeUndefined()
  const page = 'https://git.example.com/acme/gitops/-/merge_requests/new?merge_request%5Bsource_branch%5D=x'
  onReceive(one.repo, `printf 'To create a merge request for x, visit:\\n  ${page.replaceAll('%', '%%')}\\n'`)
  expect((await land(one, made)).pullRequest?.page).toBe(page)
})

test('over a git daemon: the hook refuses the push, the commit is proposed, merged there and followed', async () => {
  const one = await scene()
  const { repo, session } = one
  const daemon = await startGitDaemon(repo.dir)
  try {
    repo.git('config', 'remote.origin.url', daemon.url('remote.git'))
    const refused = await land(one, await draft(one))
    expect(refused.failure?.code).toBe('PUSH_PROTECTED')
    const { operationId } = await session.client.call('operations.propose', { operationId: refused.id })
    const { pullRequest } = await session.ended(operationId)
    const at = forge(one)
    at('merge', '-q', '--squash', `origin/${pullRequest?.branch}`)
    at('commit', '-q', '-m', 'Scale web (#1)')
    at('push', '-q', 'origin', 'main', `:${pullRequest?.branch}`)
    expect((await afterFetch(one, operationId, 'done')).pullRequest?.merged).toBe(repo.remoteTip())
    expect(repo.git('rev-parse', 'main')).toBe(repo.remoteTip())
  } finally {
    await daemon.stop()
  }
})
