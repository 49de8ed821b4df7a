import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import { land, prepare } from '../../helpers/landing.ts'

const git = createTestGit()
afterAll(() => git.close())

function pushed() {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n', 'notes.txt': 'mine\n', 'staged.txt': '1\n' })
  repo.push()
  return { repo, base }
}

test('a draft leaves the clone byte for byte as it was until it is stored', async () => {
  const { repo, base } = pushed()
  const state = () => [
    repo.git('count-objects', '-v'),
    repo.git('for-each-ref'),
    readFileSync(join(repo.clone, '.git/index')).toString('hex'),
  ]
  const before = state()
  const opened = await git.open(repo.clone)
  const { room, order } = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })
  expect((await opened.rehearseFastForward('main', order.commit, room.env)).done).toBe(true)
  expect(await room.files(base, order.commit)).toEqual([
    { path: 'app/a.yaml', opaque: false, before: 'a: 1\n', after: 'a: 2\n' },
  ])
  expect(state()).toEqual(before)
  expect(() => repo.git('cat-file', '-t', order.commit)).toThrow()
  await room.discard()
  opened.close()
  repo.remove()
})

test('after a push the local branch follows, and dirty, staged and untracked files stay byte for byte', async () => {
  const { repo, base } = pushed()
  repo.write({ 'notes.txt': 'mine, changed\n', 'staged.txt': '2\n', 'untracked.txt': 'new\n' })
  repo.git('add', 'staged.txt')
  repo.write({ 'staged.txt': '3\n' })
  const before = repo.git('status', '--porcelain=v2', '--untracked-files=all').split('\n').slice(0)
  const opened = await git.open(repo.clone)
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n', 'app/new.yaml': 'n: 1\n' })
  expect((await land(opened, prepared)).done).toBe(true)
  expect(prepared.steps).toEqual(['store', 'hold', 'push', 'fast-forward', 'release'])
  expect(repo.remoteTip()).toBe(prepared.order.commit)
  expect(repo.git('rev-parse', 'HEAD', 'origin/main').split('\n')).toEqual([
    prepared.order.commit,
    prepared.order.commit,
  ])
  expect(repo.git('status', '--porcelain=v2', '--untracked-files=all').split('\n')).toEqual(before)
  expect(readFileSync(join(repo.clone, 'app/new.yaml'), 'utf8')).toBe('n: 1\n')
  expect(repo.git('log', '-1', '--format=%an <%ae>%n%B')).toBe(
    'Ada Operator <ada@example.com>\nScale web\n\nweb: replicas 3 -> 5\n\nWheelhouse-App: shop\nWheelhouse-Action: scale',
  )
  expect(repo.git('log', '-1', '--format=%(trailers:key=Wheelhouse-App,valueonly)').trim()).toBe('shop')
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  expect(repo.fsck()).toBe('')
  await prepared.room.discard()
  opened.close()
  repo.remove()
})

test('unpushed commits of the operator stay unpushed', async () => {
  const { repo, base } = pushed()
  const mine = repo.commit('mine', { 'notes.txt': 'unpushed\n' })
  const opened = await git.open(repo.clone)
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })
  const followed = await land(opened, prepared)
  expect(followed).toEqual({ done: false, words: 'the local main has commits of its own' })
  expect(repo.git('rev-parse', 'main')).toBe(mine)
  expect(repo.at(repo.remote, 'rev-list', '--count', 'main')).toBe('2')
  opened.close()
  repo.remove()
})

test.each([
  ['changed', { 'app/a.yaml': 'a: mine\n' }, 'app/a.yaml has changes of yours'],
  ['deleted', { 'app/a.yaml': null }, 'app/a.yaml has changes of yours'],
  ['put in the way', { 'app/new.yaml': 'untracked\n' }, 'app/new.yaml has changes of yours'],
])('a touched file that the user has %s keeps the local branch where it is', async (_, files, words) => {
  const { repo, base } = pushed()
  repo.write(files)
  const before = repo.git('status', '--porcelain')
  const opened = await git.open(repo.clone)
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n', 'app/new.yaml': 'n: 1\n' })
  const followed = await land(opened, prepared)
  expect(followed.done).toBe(false)
  expect(followed.words).toContain(words)
  expect(repo.git('status', '--porcelain')).toBe(before)
  expect(repo.git('rev-parse', 'HEAD')).toBe(base)
  expect(repo.remoteTip()).toBe(prepared.order.commit)
  opened.close()
  repo.remove()
})

test.each([
  ['at its path', 'app/key.secret', 'app/key.secret'],
  ['in place of its folder', 'key.secret', 'key.secret/inner.yaml'],
  ['below its path', 'key.secret/mine', 'key.secret'],
])('an ignored file %s is not overwritten by a new one', async (_, mine, theirs) => {
  const { repo, base } = pushed()
  writeFileSync(join(repo.clone, '.git/info/exclude'), '*.secret\n')
  repo.write({ [mine]: 'precious\n' })
  const opened = await git.open(repo.clone)
  const prepared = await prepare(opened, base, { [theirs]: 'theirs\n' })
  expect((await land(opened, prepared)).done).toBe(false)
  expect(readFileSync(join(repo.clone, mine), 'utf8')).toBe('precious\n')
  expect(repo.git('rev-parse', 'HEAD')).toBe(base)
  opened.close()
  repo.remove()
})

test('a branch that is checked out in a linked work tree follows there', async () => {
  const { repo, base } = pushed()
  repo.git('switch', '-q', '-c', 'elsewhere')
  repo.git('worktree', 'add', '-q', `${repo.dir}/linked`, 'main')
  const opened = await git.open(repo.clone)
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' })
  expect((await land(opened, prepared)).done).toBe(true)
  expect(readFileSync(`${repo.dir}/linked/app/a.yaml`, 'utf8')).toBe('a: 2\n')
  expect(repo.at(`${repo.dir}/linked`, 'status', '--porcelain')).toBe('')
  expect(readFileSync(join(repo.clone, 'app/a.yaml'), 'utf8')).toBe('a: 1\n')
  opened.close()
  repo.remove()
})

test.each([
  ['a sparse checkout', ['sparse-checkout', 'set', 'app']],
  ['an index of version 4', ['update-index', '--index-version', '4']],
  ['a split index', ['update-index', '--split-index']],
  ['crlf line ends', ['config', 'core.autocrlf', 'true']],
])('%s ends clean', async (_, command) => {
  const { repo, base } = pushed()
  repo.git(...command)
  const clean = repo.git('status', '--porcelain')
  const opened = await git.open(repo.clone)
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n', 'deep/new.yaml': 'n: 1\n' })
  expect((await land(opened, prepared)).done).toBe(true)
  expect(repo.git('status', '--porcelain')).toBe(clean)
  expect(repo.git('rev-parse', 'HEAD')).toBe(prepared.order.commit)
  expect(repo.fsck()).toBe('')
  opened.close()
  repo.remove()
})

test('local landing moves branch and work tree by compare-and-swap', async () => {
  const { repo, base } = pushed()
  repo.write({ 'notes.txt': 'changed\n' })
  const opened = await git.open(repo.clone)
  const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' }, { local: true })
  expect((await land(opened, prepared)).done).toBe(true)
  expect(prepared.steps).toEqual(['store', 'hold', 'update', 'release'])
  expect(repo.git('rev-parse', 'HEAD')).toBe(prepared.order.commit)
  expect(repo.git('status', '--porcelain')).toBe(' M notes.txt')
  expect(repo.remoteTip()).toBe(base)
  expect(repo.git('reflog', '-1', '--format=%gs', 'main')).toBe('wheelhouse')
  opened.close()
  repo.remove()
})

test('local landing refuses a moved branch, a touched dirty file and a merge under way, and changes nothing', async () => {
  const { repo, base } = pushed()
  const opened = await git.open(repo.clone)
  const state = () => [repo.git('status', '--porcelain'), repo.git('rev-parse', 'HEAD', 'main')]
  const refusal = async (hold: string) => {
    const before = state()
    const prepared = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' }, { local: true, hold })
    const error = await failureOf(land(opened, prepared))
    expect(state()).toEqual(before)
    await opened.release(hold)
    return error.code
  }
  repo.write({ 'app/a.yaml': 'a: mine\n' })
  expect(await refusal('dirty')).toBe('WORKTREE_DIRTY')
  repo.git('checkout', '-q', '.')
  writeFileSync(join(repo.clone, '.git/MERGE_HEAD'), `${base}\n`)
  expect(await refusal('merging')).toBe('REPO_IN_PROGRESS')
  repo.git('merge', '--quit')
  repo.commit('meanwhile', { 'notes.txt': 'x\n' })
  expect(await refusal('moved')).toBe('GIT_REF_MOVED')
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  opened.close()
  repo.remove()
})

test('a branch in the middle of a rebase is left alone, though its work tree is detached', async () => {
  const { repo, base } = pushed()
  repo.git('branch', 'theirs')
  repo.commit('mine', { 'notes.txt': 'mine, again\n' })
  repo.git('switch', '-q', 'theirs')
  repo.commit('theirs', { 'notes.txt': 'theirs\n' })
  repo.git('switch', '-q', 'main')
  expect(() => repo.git('rebase', '-q', 'theirs')).toThrow()
  const before = [repo.git('status', '--porcelain'), repo.git('rev-parse', 'HEAD', 'main')]
  const opened = await git.open(repo.clone)
  const tip = repo.git('rev-parse', 'main')
  const local = await prepare(opened, tip, { 'app/a.yaml': 'a: 2\n' }, { local: true, hold: 'local' })
  expect((await failureOf(land(opened, local))).code).toBe('REPO_IN_PROGRESS')
  repo.git('update-ref', 'refs/heads/main', base, tip)
  const pushing = await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' }, { hold: 'push' })
  const followed = await land(opened, pushing)
  expect([followed.done, followed.words]).toEqual([false, expect.stringContaining('a rebase is in progress')])
  expect(repo.remoteTip()).toBe(pushing.order.commit)
  repo.git('update-ref', 'refs/heads/main', tip, base)
  expect([repo.git('status', '--porcelain'), repo.git('rev-parse', 'HEAD', 'main')]).toEqual(before)
  opened.close()
  repo.remove()
})
