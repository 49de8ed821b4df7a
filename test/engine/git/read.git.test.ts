import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import type { Commit } from '#contract'
import { emptyTree } from '../../../src/engine/git/index.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

/** A clone reads the same on a machine with git and on one without. */
const ways = [
  ['with git', {}],
  ['without git', { gitPath: 'wheelhouse-no-such-git' }],
] as const

async function all(log: AsyncIterable<Commit>): Promise<readonly string[]> {
  const subjects: string[] = []
  for await (const commit of log) subjects.push(commit.subject)
  return subjects
}

function withMerge(): { readonly repo: TestRepo; readonly tip: string } {
  const repo = createTestRepo()
  repo.commit('base', { 'app/a.yaml': 'a: 1\n', 'other/x': '1\n' })
  repo.git('switch', '-q', '-c', 'side')
  repo.commit('side one', { 'app/b.yaml': 'b: 1\n' })
  repo.commit('side two', { 'other/y': '1\n' })
  repo.git('switch', '-q', 'main')
  repo.commit('elsewhere', { 'other/x': '2\n' })
  repo.git('merge', '-q', '--no-ff', '-m', 'merge side', 'side')
  const tip = repo.commit('after', { 'app/a.yaml': 'a: 2\n' })
  return { repo, tip }
}

describe.each(ways)('%s', (way, options) => {
  const git = createTestGit(options)
  afterAll(() => git.close())

  test('along the first parent a merge is one commit of the paths that it brings', async () => {
    const { repo, tip } = withMerge()
    const opened = await git.open(repo.clone)
    expect(await all(opened.log({ tip, firstParent: true, paths: ['app'] }))).toEqual([
      'after',
      'merge side',
      'base',
    ])
    expect(await all(opened.log({ tip, firstParent: false, paths: ['app'] }))).toEqual([
      'after',
      'side one',
      'base',
    ])
    expect(await all(opened.log({ tip, firstParent: true, skip: 1, limit: 2 }))).toEqual([
      'merge side',
      'elsewhere',
    ])
    const base = await opened.resolve('side~2')
    const since = await all(opened.log({ tip, firstParent: false, except: base, paths: ['other'] }))
    expect(since).toEqual(['merge side', 'elsewhere', 'side two'])
    opened.close()
    repo.remove()
  })

  test('a reader that stops early ends git, and a cancelled log is no whole one', async () => {
    const { repo, tip } = withMerge()
    const opened = await git.open(repo.clone)
    for await (const commit of opened.log({ tip, firstParent: true })) {
      expect(commit.subject).toBe('after')
      break
    }
    const abort = new AbortController()
    const error = await failureOf(
      (async () => {
        for await (const _ of opened.log({ tip, firstParent: true, signal: abort.signal })) abort.abort()
      })(),
    )
    expect(error.code).toBe('CANCELLED')
    opened.close()
    repo.remove()
  })

  test('files are read from any commit through one cat-file, with folders, links and submodules told apart', async () => {
    const repo = createTestRepo()
    repo.write({ 'app/a.yaml': 'a: 1\n', 'app/deep/b.yaml': 'b: é\n' })
    execFileSync('ln', ['-s', 'a.yaml', `${repo.clone}/app/link`])
    const first = repo.commit('one', {})
    repo.git('update-index', '--add', '--cacheinfo', `160000,${first},app/module`)
    repo.git('commit', '-q', '-m', 'a submodule')
    repo.git('tag', '-a', '-m', 'tagged', 'v1')
    const opened = await git.open(repo.clone)
    const tree = await opened.tree(repo.git('rev-parse', 'v1'))
    const kinds = (await tree.list('app'))?.map(({ name, kind }) => `${name} ${kind}`)
    expect(kinds).toEqual(['a.yaml file', 'deep dir', 'link symlink', 'module submodule'])
    expect(Buffer.from((await tree.read('app/deep/b.yaml')) ?? []).toString()).toBe('b: é\n')
    expect(Buffer.from((await tree.read('app/link')) ?? []).toString()).toBe('a.yaml')
    expect(await tree.read('app/none')).toBeUndefined()
    expect(await tree.list('app/a.yaml')).toBeUndefined()
    expect(await tree.oidOf('app/a.yaml')).toBe(repo.git('rev-parse', 'HEAD:app/a.yaml'))
    expect(tree.id).toBe(repo.git('rev-parse', 'HEAD^{tree}'))
    opened.close()
    repo.remove()
  })

  test('names with a backslash are read as they are; names that are no UTF-8 are refused when asked for', async () => {
    const repo = createTestRepo()
    const blob = repo.at(repo.clone, 'hash-object', '-w', '--stdin')
    const entries = Buffer.concat(
      ['good.yaml', 'back\\slash.yaml', Buffer.from([0x62, 0xe9, 0x2e, 0x79])].flatMap((name) => [
        Buffer.from(`100644 blob ${blob}\t`),
        Buffer.from(name),
        Buffer.from([0]),
      ]),
    )
    const tree = execFileSync('git', ['mktree', '-z'], {
      cwd: repo.clone,
      input: entries,
      encoding: 'utf8',
    }).trim()
    const commit = repo.git('commit-tree', '-m', 'odd', tree)
    repo.git('update-ref', 'refs/heads/main', commit)
    const opened = await git.open(repo.clone)
    const source = await opened.tree(commit)
    expect((await source.list('.'))?.map(({ name }) => name)).toEqual([
      'back\\slash.yaml',
      'b\uFFFD.y',
      'good.yaml',
    ])
    expect(await source.read('back\\slash.yaml')).toHaveLength(0)
    expect((await failureOf(source.read('b\uFFFD.y'))).code).toBe('REPO_UNSUPPORTED')
    if (way === 'with git') {
      const room = await opened.draft()
      const failure = await failureOf(room.returnTo(commit, emptyTree, ['b\uFFFD.y', '.']))
      expect(failure.code).toBe('REPO_UNSUPPORTED')
      await room.discard()
    }
    opened.close()
    repo.remove()
  })

  test('what is not in the clone is COMMIT_MISSING, however it is asked for', async () => {
    const { repo } = withMerge()
    const opened = await git.open(repo.clone)
    const nowhere = 'f'.repeat(40)
    const calls = [
      () => opened.resolve('nope'),
      () => opened.resolve('--all'),
      () => opened.commit(nowhere),
      () => opened.tree(nowhere),
      () => opened.tree('HEAD'),
      () => all(opened.log({ tip: nowhere, firstParent: true })),
    ]
    for (const call of calls) expect((await failureOf(call())).code).toBe('COMMIT_MISSING')
    opened.close()
    repo.remove()
  })

  test('differences keep exact paths, beyond what a command line holds', async () => {
    const repo = createTestRepo()
    const name = (index: number) => `app/${'long-'.repeat(8)}${index}.yaml`
    const files = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [name(index), `n: ${index}\n`]),
    )
    const from = repo.commit('one', { ...files, 'app/rest.yaml': 'r: 1\n' })
    const to = repo.commit('two', {
      [name(7)]: 'n: x\n',
      [name(8)]: null,
      'app/rest.yaml': 'r: 2\n',
      'tab\there': 't',
    })
    const opened = await git.open(repo.clone)
    const changed = await opened.changed(from, to, Object.keys(files))
    expect(changed.map(({ path, status }) => `${status} ${path}`)).toEqual([`M ${name(7)}`, `D ${name(8)}`])
    expect(await opened.changed(from, to, [])).toEqual([])
    expect((await opened.changed(from, to)).map(({ path }) => path)).toContain('tab\there')
    const shown = await opened.files(from, to, ['app/rest.yaml', name(8)])
    expect(shown).toEqual([
      { path: name(8), opaque: false, before: 'n: 8\n' },
      { path: 'app/rest.yaml', opaque: false, before: 'r: 1\n', after: 'r: 2\n' },
    ])
    opened.close()
    repo.remove()
  })

  test('a message with terminal escapes and a latin-1 setting comes as plain text', async () => {
    const repo = createTestRepo()
    repo.git('config', 'i18n.logOutputEncoding', 'ISO-8859-1')
    const oid = repo.commit('héllo \u001b[31mred\u202e', { a: '1' })
    const opened = await git.open(repo.clone)
    expect((await opened.commit(oid)).subject).toBe('héllo ·[31mred·')
    expect(await opened.message(oid)).toBe('héllo ·[31mred·')
    opened.close()
    repo.remove()
  })

  test('branches, remotes and the tracked tip are what the clone says', async () => {
    const repo = createTestRepo()
    const first = repo.commit('one', { a: '1' })
    repo.push()
    const ahead = repo.commit('two', { a: '2' })
    const opened = await git.open(repo.clone)
    expect(await opened.tracked('main')).toMatchObject({
      local: ahead,
      tip: first,
      remote: { name: 'origin', oid: first },
    })
    expect(await opened.branches()).toEqual(['main'])
    expect(await opened.defaultBranch()).toBe('main')
    expect(await opened.head()).toEqual({ kind: 'branch', branch: 'main', oid: ahead })
    expect((await failureOf(opened.tracked('nope'))).code).toBe('BRANCH_MISSING')
    repo.git('remote', 'set-url', 'origin', 'https://ada:token@example.com/x.git')
    expect(await opened.remote('main')).toEqual({ name: 'origin', url: 'https://example.com/x.git' })
    opened.close()
    repo.remove()
  })

  test('a moved ref is reported, a changed index is not', async () => {
    const repo = createTestRepo()
    const opened = await git.open(repo.clone)
    const told = Promise.withResolvers<void>()
    let calls = 0
    const end = opened.watch(() => {
      calls++
      told.resolve()
    })
    repo.write({ a: '1' })
    repo.git('add', 'a')
    expect(calls).toBe(0)
    repo.git('commit', '-q', '-m', 'one')
    await told.promise
    expect(calls).toBe(1)
    end()
    opened.close()
    repo.remove()
  })
})
