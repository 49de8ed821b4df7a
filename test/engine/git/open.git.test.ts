import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'

const git = createTestGit()
const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-open-'))
afterAll(() => {
  git.close()
  rmSync(temp, { recursive: true, force: true })
})

function script(name: string, body: string): string {
  const file = join(temp, name)
  writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return file
}

test('without git, or with an old one, the doctor is what helps', async () => {
  const repo = createTestRepo()
  const none = createTestGit({ gitPath: 'wheelhouse-no-such-git' })
  const old = createTestGit({ gitPath: script('old-git', 'echo git version 2.24.9') })
  const missing = await failureOf(none.version())
  expect([missing.code, missing.action]).toEqual(['GIT_MISSING', 'open-doctor'])
  expect((await failureOf(old.version())).code).toBe('GIT_TOO_OLD')
  expect(await git.version()).toMatch(/^2\.\d+$/)
  none.close()
  old.close()
  repo.remove()
})

test.skipIf(process.getuid?.() !== 0)(
  'a clone of another user comes with the exact command to trust it',
  async () => {
    const repo = createTestRepo()
    const odd = join(repo.dir, "it's odd")
    repo.at(repo.dir, 'init', '-q', odd)
    chownSync(odd, 65_534, 65_534)
    chownSync(join(odd, '.git'), 65_534, 65_534)
    const error = await failureOf(git.open(odd))
    expect(error.code).toBe('REPO_DUBIOUS')
    const command = String(error.data?.command)
    expect(command).toMatch(/^git config --global --add safe\.directory '/)
    repo.at(repo.dir, 'config', '--global', '--add', 'safe.directory', odd)
    expect((await (await git.open(odd)).head()).kind).toBe('unborn')
    repo.at(repo.dir, 'config', '--global', '--unset-all', 'safe.directory')
    repo.remove()
  },
)

/** The same clones are opened, and refused, on a machine with git and on one without. */
const ways = [
  ['with git', {}],
  ['without git', { gitPath: 'wheelhouse-no-such-git' }],
] as const

describe.each(ways)('%s', (_way, options) => {
  const git = createTestGit(options)
  const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-open-'))
  afterAll(() => {
    git.close()
    rmSync(temp, { recursive: true, force: true })
  })

  test('a folder that is gone, a file, a folder without a repository and a file in place of .git are told apart', async () => {
    const file = join(temp, 'file')
    const plain = join(temp, 'plain')
    const broken = join(temp, 'broken')
    writeFileSync(file, '')
    mkdirSync(plain)
    mkdirSync(broken)
    writeFileSync(join(broken, '.git'), 'gitdir: /nowhere\n')
    expect((await failureOf(git.open(join(temp, 'gone')))).code).toBe('REPO_MISSING')
    for (const folder of [file, plain, broken])
      expect((await failureOf(git.open(folder))).code).toBe('REPO_NOT_GIT')
  })

  test('a clone is one clone by whatever path it is opened, and says so when its folder goes away', async () => {
    const repo = createTestRepo()
    repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
    const link = join(temp, 'link')
    symlinkSync(repo.clone, link)
    const opened = await git.open(repo.clone)
    expect(await git.open(join(repo.clone, 'app'))).toBe(opened)
    expect(await git.open(link)).toBe(opened)
    repo.remove()
    expect((await failureOf(opened.head())).code).toBe('REPO_MISSING')
    opened.close()
  })

  test('a linked work tree is served like the clone itself', async () => {
    const repo = createTestRepo()
    const oid = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
    repo.git('worktree', 'add', '-q', '-b', 'linked', `${repo.dir}/linked`)
    const opened = await git.open(`${repo.dir}/linked`)
    expect(await opened.head()).toEqual({ kind: 'branch', branch: 'linked', oid })
    expect(await (await opened.tree(oid)).read('app/a.yaml')).toHaveLength(5)
    opened.close()
    repo.remove()
  })

  test('a work tree that is elsewhere is not served: nothing may make us write into another folder', async () => {
    const repo = createTestRepo()
    repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
    mkdirSync(join(repo.dir, 'elsewhere'))
    repo.git('config', 'core.worktree', join(repo.dir, 'elsewhere'))
    expect((await failureOf(git.open(repo.clone))).code).toBe('REPO_UNSUPPORTED')
    repo.remove()
  })

  test('an empty clone opens and says that it has no commit; a detached one has no branch of its own', async () => {
    const repo = createTestRepo()
    const opened = await git.open(repo.clone)
    expect(await opened.head()).toEqual({ kind: 'unborn', branch: 'main' })
    expect((await failureOf(opened.tracked('main'))).code).toBe('REPO_EMPTY')
    expect((await failureOf(opened.defaultBranch())).code).toBe('REPO_EMPTY')
    const oid = repo.commit('one', { a: '1' })
    repo.git('branch', 'second')
    repo.git('checkout', '-q', '--detach')
    expect(await opened.head()).toEqual({ kind: 'detached', oid })
    const error = await failureOf(opened.defaultBranch())
    expect([error.code, error.data?.branches]).toEqual(['REPO_DETACHED', ['main', 'second']])
    expect((await opened.tracked('second')).tip).toBe(oid)
    opened.close()
    repo.remove()
  })

  test('a damaged object is REPO_CORRUPT, not a crash', async () => {
    const repo = createTestRepo()
    const oid = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
    const tree = repo.git('rev-parse', 'HEAD^{tree}')
    const file = join(repo.clone, '.git/objects', tree.slice(0, 2), tree.slice(2))
    rmSync(file)
    writeFileSync(file, 'garbage')
    const opened = await git.open(repo.clone)
    const error = await failureOf(opened.tree(oid).then((source) => source.list('.')))
    expect(error.code).toBe('REPO_CORRUPT')
    expect((await opened.commit(oid)).subject).toBe('one')
    opened.close()
    repo.remove()
  })
})
