import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'

const git = createTestGit()
afterAll(() => git.close())

const lines = (change: Readonly<Record<number, string>>) =>
  Array.from({ length: 20 }, (_, index) => `${change[index] ?? `line ${index}`}\n`).join('')

test('an undo keeps later changes of the same file and touches no other path', async () => {
  const repo = createTestRepo()
  repo.commit('base', { 'app/a.yaml': lines({}), 'other/b.yaml': lines({}) })
  const bad = repo.commit('bad', { 'app/a.yaml': lines({ 2: 'bad' }), 'other/b.yaml': lines({ 2: 'bad' }) })
  const head = repo.commit('later', { 'app/a.yaml': lines({ 2: 'bad', 15: 'later' }) })
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const undone = await room.undo(head, [{ from: `${bad}^1`, to: bad }], ['app'])
  expect([undone.changed, undone.conflicts]).toEqual([['app/a.yaml'], []])
  const bytes = await room.tree(undone.tree).read('app/a.yaml')
  expect(Buffer.from(bytes ?? []).toString()).toBe(lines({ 15: 'later' }))
  expect(await room.tree(undone.tree).oidOf('other/b.yaml')).toBe(repo.git('rev-parse', 'HEAD:other/b.yaml'))
  await room.discard()
  opened.close()
  repo.remove()
})

test('conflicts are listed by path with their reason and both sides, and nothing else is lost from the list', async () => {
  const repo = createTestRepo()
  repo.commit('base', { 'app/a.yaml': lines({}), 'app/gone.yaml': lines({}), 'app/mode.sh': lines({}) })
  const bad = repo.commit('bad', {
    'app/a.yaml': lines({ 2: 'bad' }),
    'app/gone.yaml': lines({ 2: 'bad' }),
    'app/mode.sh': lines({ 2: 'bad' }),
    'app/binary': 'one\0two\n',
  })
  repo.write({ 'app/mode.sh': lines({ 2: 'bad', 9: 'x' }) })
  chmodSync(join(repo.clone, 'app/mode.sh'), 0o755)
  repo.git('commit', '-q', '-am', 'mode')
  const head = repo.commit('later', {
    'app/a.yaml': lines({ 2: 'worse' }),
    'app/gone.yaml': null,
    'app/binary': 'one\0three\n',
  })
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const { conflicts } = await room.undo(head, [{ from: repo.git('rev-parse', `${bad}^`), to: bad }], ['app'])
  const why = Object.fromEntries(conflicts.map((conflict) => [conflict.path, conflict.why]))
  expect(why).toEqual({
    'app/a.yaml': 'The same lines were changed again since.',
    'app/binary': 'It was removed on one side and changed on the other.',
    'app/gone.yaml': 'It was removed on one side and changed on the other.',
    'app/mode.sh': 'Its kind or mode was changed too.',
  })
  const hunk = conflicts.find(({ path }) => path === 'app/a.yaml')?.hunk ?? ''
  expect(hunk).toMatch(/<<<<<<<[^]*worse[^]*line 2[^]*>>>>>>>/)
  await room.discard()
  opened.close()
  repo.remove()
})

test("a conflict ends with a side or with a text of one's own, as long as its three sides are the same", async () => {
  const repo = createTestRepo()
  repo.commit('base', { 'app/a.yaml': lines({}), 'app/gone.yaml': 'a: 1\n', 'other/x': '1\n' })
  const bad = repo.commit('bad', { 'app/a.yaml': lines({ 2: 'bad' }), 'app/gone.yaml': 'a: 2\n' })
  const head = repo.commit('later', { 'app/a.yaml': lines({ 2: 'worse' }), 'app/gone.yaml': null })
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const reversals = [{ from: repo.git('rev-parse', `${bad}^`), to: bad }]
  const { conflicts } = await room.undo(head, reversals, ['app'])
  const token = (path: string) => conflicts.find((one) => one.path === path)?.token ?? ''
  const gone = { path: 'app/gone.yaml', token: token('app/gone.yaml') }
  const text = lines({ 2: 'mine' }).replaceAll('\n', '\r\n')
  const written = { take: 'text', path: 'app/a.yaml', token: token('app/a.yaml'), text } as const
  const half = await room.undo(head, reversals, ['app'], [written])
  expect(half.conflicts.map(({ path }) => path)).toEqual(['app/gone.yaml'])
  const whole = await room.undo(head, reversals, ['app'], [written, { take: 'theirs', ...gone }])
  expect(whole.conflicts).toEqual([])
  expect(whole.changed).toEqual(['app/a.yaml', 'app/gone.yaml'])
  const bytes = await room.tree(whole.tree).read('app/a.yaml')
  expect(Buffer.from(bytes ?? []).toString()).toBe(text)
  expect(Buffer.from((await room.tree(whole.tree).read('app/gone.yaml')) ?? []).toString()).toBe('a: 1\n')
  const kept = await room.undo(
    head,
    reversals,
    ['app'],
    [
      { take: 'theirs', path: 'app/a.yaml', token: token('app/a.yaml') },
      { take: 'ours', ...gone },
    ],
  )
  expect(kept.changed).toEqual(['app/a.yaml'])
  // What moves elsewhere leaves the answers alone; what moves one of the sides makes them void.
  const elsewhere = repo.commit('elsewhere', { 'other/x': '2\n' })
  expect(
    (await room.undo(elsewhere, reversals, ['app'], [written, { take: 'ours', ...gone }])).conflicts,
  ).toEqual([])
  const again = repo.commit('again', { 'app/a.yaml': lines({ 2: 'again' }) })
  const stale = await room.undo(again, reversals, ['app'], [written, { take: 'ours', ...gone }])
  expect(stale.conflicts.map(({ path }) => path)).toEqual(['app/a.yaml'])
  const marked = { ...written, text: '<<<<<<< a\n=======\n>>>>>>> b\n' }
  await expect(room.undo(head, reversals, ['app'], [marked])).rejects.toMatchObject({ code: 'EDIT_REFUSED' })
  await room.discard()
  repo.remove()
})

test('a merge commit is undone against its first parent; the undo of the undo is the tree before', async () => {
  const repo = createTestRepo()
  repo.commit('base', { 'app/a.yaml': 'a: 1\n' })
  repo.git('switch', '-q', '-c', 'side')
  repo.commit('side', { 'app/b.yaml': 'b: 1\n', 'app/a.yaml': 'a: 2\n' })
  repo.git('switch', '-q', 'main')
  const before = repo.commit('elsewhere', { 'other/x': '1\n' })
  repo.git('merge', '-q', '--no-ff', '-m', 'merge', 'side')
  const merge = repo.git('rev-parse', 'HEAD')
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const undone = await room.undo(merge, [{ from: before, to: merge }], ['app'])
  expect(undone.tree).toBe(repo.git('rev-parse', `${before}^{tree}`))
  const again = await room.undo(undone.tree, [{ from: merge, to: undone.tree }], ['app'])
  expect(again.tree).toBe(repo.git('rev-parse', `${merge}^{tree}`))
  await room.discard()
  opened.close()
  repo.remove()
})

test('a path whose merge .gitattributes gives to a driver is a conflict, and the driver never runs', async () => {
  const repo = createTestRepo()
  repo.git('config', 'merge.mine.driver', `touch ${repo.dir}/ran`)
  repo.commit('base', {
    '.gitattributes': '*.lock merge=mine\n*.sum -merge\n',
    'a.lock': lines({}),
    'a.sum': lines({}),
  })
  const bad = repo.commit('bad', { 'a.lock': lines({ 2: 'bad' }), 'a.sum': lines({ 2: 'bad' }) })
  const head = repo.commit('later', {
    'a.lock': lines({ 2: 'bad', 15: 'x' }),
    'a.sum': lines({ 2: 'bad', 15: 'x' }),
  })
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const { conflicts } = await room.undo(head, [{ from: repo.git('rev-parse', `${bad}^`), to: bad }], ['.'])
  expect(conflicts.map(({ path, why }) => [path, /\((.*)\)/.exec(why)?.[1]])).toEqual([
    ['a.lock', 'merge=mine'],
    ['a.sum', '-merge'],
  ])
  expect(() => repo.at(repo.dir, 'hash-object', 'ran')).toThrow()
  await room.discard()
  opened.close()
  repo.remove()
})

test('undoing what is no longer there, and no paths at all, change nothing', async () => {
  const repo = createTestRepo()
  const base = repo.commit('base', { 'app/a.yaml': 'a: 1\n' })
  const bad = repo.commit('bad', { 'app/a.yaml': 'a: 2\n' })
  const head = repo.commit('already undone', { 'app/a.yaml': 'a: 1\n' })
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const tree = repo.git('rev-parse', `${head}^{tree}`)
  expect(await room.undo(head, [{ from: base, to: bad }], ['app'])).toEqual({
    tree,
    changed: [],
    conflicts: [],
  })
  expect((await room.undo(head, [{ from: base, to: bad }], [])).tree).toBe(tree)
  expect(await room.returnTo(head, bad, [])).toBe(tree)
  expect(await room.returnTo(head, base, ['app'])).toBe(tree)
  await room.discard()
  opened.close()
  repo.remove()
})

test('a submodule among the paths is refused, not moved', async () => {
  const repo = createTestRepo()
  const first = repo.commit('base', { 'app/a.yaml': 'a: 1\n' })
  repo.git('update-index', '--add', '--cacheinfo', `160000,${first},app/module`)
  repo.git('commit', '-q', '-m', 'module')
  const second = repo.git('rev-parse', 'HEAD')
  repo.git('update-index', '--cacheinfo', `160000,${second},app/module`)
  repo.git('commit', '-q', '-m', 'module moves')
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const error = await failureOf(room.returnTo(repo.git('rev-parse', 'HEAD'), second, ['app']))
  expect([error.code, error.subject]).toEqual(['REPO_UNSUPPORTED', 'app/module'])
  await room.discard()
  opened.close()
  repo.remove()
})

test('an edit keeps the mode; pointers of LFS, encrypted files and links are refused', async () => {
  const repo = createTestRepo()
  repo.write({
    'run.sh': '#!/bin/sh\n',
    big: 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n',
    sealed: '\0GITCRYPT\0abc',
  })
  repo.at(repo.clone, 'config', 'core.fileMode', 'true')
  repo.git('add', '-A')
  repo.git('update-index', '--chmod=+x', 'run.sh')
  repo.git('commit', '-q', '-m', 'one')
  const head = repo.git('rev-parse', 'HEAD')
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const tree = await room.edit(head, [{ path: 'run.sh', bytes: Buffer.from('#!/bin/sh\r\ntrue\r\n') }])
  expect((await room.tree(tree).list('.'))?.find(({ name }) => name === 'run.sh')?.mode).toBe('100755')
  // Bytes as they are: no filter, no line-end conversion.
  expect(Buffer.from((await room.tree(tree).read('run.sh')) ?? []).toString()).toBe('#!/bin/sh\r\ntrue\r\n')
  for (const path of ['big', 'sealed'])
    expect((await failureOf(room.edit(head, [{ path, bytes: Buffer.from('x') }]))).code).toBe('EDIT_REFUSED')
  await room.discard()
  opened.close()
  repo.remove()
})
