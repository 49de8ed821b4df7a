import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { emptyTree } from '../../../src/engine/git/index.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

// Without git the bytes of a clone are read by us: the same traps as before, and those that git itself would have met.

const none = createTestGit({ gitPath: 'wheelhouse-no-such-git' })
const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-hostile-'))
afterAll(() => {
  none.close()
  rmSync(temp, { recursive: true, force: true })
})

const loose = (repo: TestRepo, oid: string) => join(repo.clone, '.git/objects', oid.slice(0, 2), oid.slice(2))

test('a hostile clone has refs that lead elsewhere, go round in circles or never end: they are no refs', async () => {
  const repo = createTestRepo()
  const tip = repo.commit('one', { a: '1' })
  const secret = join(repo.dir, 'secret')
  writeFileSync(secret, `${tip}\n`)
  const heads = join(repo.clone, '.git/refs/heads')
  symlinkSync(secret, join(heads, 'link'))
  writeFileSync(join(heads, 'outside'), 'ref: ../../../secret\n')
  writeFileSync(join(heads, 'round'), 'ref: refs/heads/circle\n')
  writeFileSync(join(heads, 'circle'), 'ref: refs/heads/round\n')
  writeFileSync(join(heads, 'huge'), Buffer.alloc(1024 * 1024, 'a'))
  const opened = await none.open(repo.clone)
  expect((await failureOf(opened.branches())).code).toBe('REPO_CORRUPT')
  rmSync(join(heads, 'huge'))
  execFileSync('mkfifo', [join(heads, 'pipe'), join(repo.clone, '.git/packed-refs')])
  expect(await opened.branches()).toEqual(['main'])
  for (const name of ['link', 'outside', 'round', 'pipe', '../../secret', 'refs/heads/../../../secret'])
    expect((await failureOf(opened.resolve(name))).code).toBe('COMMIT_MISSING')
  opened.close()
  repo.remove()
})

test('a hostile clone has a file of a few kilobytes that would inflate to a gigabyte', async () => {
  const repo = createTestRepo()
  const tip = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  const blob = repo.git('rev-parse', 'HEAD:app/a.yaml')
  rmSync(loose(repo, blob))
  const size = 80 * 1024 * 1024
  writeFileSync(
    loose(repo, blob),
    deflateSync(Buffer.concat([Buffer.from(`blob ${size}\0`), Buffer.alloc(size)])),
  )
  const opened = await none.open(repo.clone)
  const source = await opened.tree(tip)
  expect((await failureOf(source.read('app/a.yaml'))).code).toBe('OBJECT_TOO_LARGE')
  const [shown] = await opened.files(emptyTree, tip)
  expect([shown?.path, shown?.opaque]).toEqual(['app/a.yaml', true])
  opened.close()
  repo.remove()
})

test('a hostile clone has entries that git would never check out, and bytes that are not what their name says', async () => {
  const repo = createTestRepo()
  const tip = repo.commit('one', { 'app/a.yaml': 'a: 1\n', 'app/b.yaml': 'b: 1\n' })
  const [a, b] = ['a', 'b'].map((name) => loose(repo, repo.git('rev-parse', `HEAD:app/${name}.yaml`)))
  const opened = await none.open(repo.clone)
  rmSync(a ?? '')
  execFileSync('cp', [b ?? '', a ?? ''])
  expect((await failureOf((await opened.tree(tip)).read('app/a.yaml'))).code).toBe('REPO_CORRUPT')
  const blob = repo.git('rev-parse', 'HEAD:app/b.yaml')
  const tree = Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')])
  const oid = execFileSync('git', ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], {
    cwd: repo.clone,
    input: tree,
    encoding: 'utf8',
  }).trim()
  const commit = repo.git('commit-tree', '-m', 'climbs', oid)
  expect((await failureOf((await opened.tree(commit)).list(''))).code).toBe('REPO_UNSAFE_NAMES')
  opened.close()
  repo.remove()
})

test('a hostile clone has a pointer to nowhere, or a configuration without end', async () => {
  const folder = join(temp, 'pointer')
  mkdirSync(folder)
  writeFileSync(join(folder, '.git'), `gitdir: ${join(temp, 'gone')}\n`)
  expect((await failureOf(none.open(folder))).code).toBe('REPO_NOT_GIT')
  const repo = createTestRepo()
  const config = join(repo.clone, '.git/config')
  writeFileSync(config, Buffer.alloc(2 * 1024 * 1024, '#'))
  expect((await failureOf(none.open(repo.clone))).code).toBe('REPO_CORRUPT')
  repo.remove()
})
