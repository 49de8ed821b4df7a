import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { App, Comparison, Side } from '#contract'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

let repo: TestRepo
let session: TestSession
let web: App

const config = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "${value}" }\n`
const secret = (value: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { pin: ${value} }\n`
const files = (value: string) => ({ 'web/c.yaml': config(value) })

beforeEach(async () => {
  repo = createTestRepo()
  repo.commit('one', { ...files('1'), 'web/s.yaml': secret('hush-1'), 'other/c.yaml': config('other') })
  repo.push()
  session = await openTestSession({})
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const specs = (await session.client.call('apps.discover', { cloneId })).map(({ spec }) => spec)
  const added = await Promise.all(specs.map((spec) => session.client.call('apps.add', spec)))
  web = added.find(({ spec }) => spec.path === 'web') as App
})
afterEach(async () => {
  await session.close()
  repo.remove()
})

const compare = (from: Side, to: Side) => session.client.call('compare.run', { appId: web.id, from, to })
const revision = (name: string): Side => ({ kind: 'revision', revision: name })
function told({ from, to, changes, files: changed, problems }: Comparison): readonly string[] {
  return [
    `${from.words} -> ${to.words}`,
    ...changes.map(({ key, words }) => `${key.kind}/${key.name}: ${words.join(', ')}`),
    ...changed.map(
      ({ path, before, after }) => `${before === undefined ? 'A' : after === undefined ? 'D' : 'M'} ${path}`,
    ),
    ...problems.map(({ code }) => code),
  ]
}

test('a commit, a tag, a branch, the index and the work tree are compared as they are', async () => {
  repo.git('tag', 'v1')
  const tip = repo.commit('two', files('2')).slice(0, 7)
  const first = repo.git('rev-parse', '--short=7', 'v1')
  writeFileSync(join(repo.clone, 'web/c.yaml'), config('staged'))
  repo.git('add', 'web/c.yaml')
  writeFileSync(join(repo.clone, 'web/c.yaml'), config('on disk'))
  writeFileSync(join(repo.clone, 'web/new.yaml'), config('x').replace('name: c', 'name: untracked'))
  const status = repo.git('status', '--porcelain')
  const index = readFileSync(join(repo.clone, '.git', 'index'))
  expect(told(await compare(revision('v1'), revision('main')))).toEqual([
    `v1 (${first}) -> main (${tip})`,
    'ConfigMap/c: data a',
    'M web/c.yaml',
  ])
  expect(told(await compare(revision(tip), { kind: 'index' }))).toEqual([
    `${tip} -> the index`,
    'ConfigMap/c: data a',
    'M web/c.yaml',
  ])
  expect(told(await compare({ kind: 'index' }, { kind: 'worktree' }))).toEqual([
    'the index -> the work tree',
    'ConfigMap/c: data a',
    'ConfigMap/untracked: +ConfigMap',
    'M web/c.yaml',
    'A web/new.yaml',
  ])
  expect(repo.git('status', '--porcelain')).toBe(status)
  expect(readFileSync(join(repo.clone, '.git', 'index')).equals(index)).toBe(true)
})

test('another environment of the app is compared object by object, and file by file in its own folder', async () => {
  const apps: App[] = []
  for await (const state of session.client.stream('workspace.watch', {})) {
    apps.push(...state.apps)
    break
  }
  const other = apps.find(({ spec }) => spec.path === 'other')
  const compared = await compare(revision('main'), { kind: 'app', appId: other?.id ?? '' })
  expect(told(compared).slice(1)).toEqual([
    'ConfigMap/c: data a',
    'Secret/s: -Secret',
    'M other/c.yaml',
    'D other/s.yaml',
  ])
})

test('line ends that only the checkout changed are no difference', async () => {
  writeFileSync(join(repo.clone, 'web/c.yaml'), config('1').replaceAll('\n', '\r\n'))
  expect(told(await compare(revision('main'), { kind: 'worktree' })).slice(1)).toEqual([])
})

test('a file that is too large to read is told by its size, and hides no other', async () => {
  const bytes = 70 * 1024 * 1024
  writeFileSync(join(repo.clone, 'web/dump.bin'), Buffer.alloc(bytes))
  repo.commit('dump', files('2'))
  const { files: changed, changes, problems } = await compare(revision('main~1'), revision('main'))
  const dump = { path: 'web/dump.bin', opaque: true, after: `${bytes} bytes, too large to compare` }
  expect(changed).toEqual([expect.objectContaining({ path: 'web/c.yaml' }), dump])
  expect([changes.map(({ words }) => words), problems]).toEqual([[['data a']], []])
  const disk = await compare({ kind: 'index' }, { kind: 'worktree' })
  expect(disk.files).toEqual([{ ...dump, before: dump.after }])
})

test('the work tree is read without running what the repository names', async () => {
  const canary = join(mkdtempSync(join(tmpdir(), 'wheelhouse-canary-')), 'ran')
  const program = `sh -c 'touch ${canary}; cat'`
  for (const name of ['filter.x.clean', 'filter.x.smudge', 'diff.x.textconv', 'core.fsmonitor'])
    repo.git('config', name, program)
  writeFileSync(join(repo.clone, '.gitattributes'), '* filter=x diff=x\n')
  writeFileSync(join(repo.clone, 'web/c.yaml'), config('changed'))
  await compare({ kind: 'index' }, { kind: 'worktree' })
  await compare(revision('main'), { kind: 'worktree' })
  expect(() => execFileSync('cat', [canary], { stdio: 'pipe' })).toThrow('No such file')
  rmSync(join(canary, '..'), { recursive: true })
})

test.each([
  ['both sides live', { kind: 'live' }, { kind: 'live' }, 'COMPARE_INVALID'],
  ['a name that git does not know', revision('main'), revision('nowhere'), 'COMMIT_MISSING'],
  ['a name that is an option', revision('main'), revision('--all'), 'COMMIT_MISSING'],
  ['an app without a destination', revision('main'), { kind: 'live' }, 'APP_NO_DESTINATION'],
] as const)('%s: refused', async (_name, from, to, code) => {
  await expect(compare(from, to)).rejects.toSatisfy(
    (error) => error instanceof CallError && error.failure.code === code,
  )
})

test('a link out of the repository is not followed, and an unresolved merge is said', async () => {
  symlinkSync('/etc', join(repo.clone, 'web', 'out.yaml'))
  expect(told(await compare(revision('main'), { kind: 'worktree' }))).toContain('RENDER_SYMLINK_OUTSIDE')
  repo.git('checkout', '-qb', 'side', 'HEAD')
  repo.commit('side', files('side'))
  repo.git('checkout', '-q', 'main')
  repo.commit('main', files('main'))
  expect(() => repo.git('merge', 'side')).toThrow()
  await expect(compare(revision('main'), { kind: 'index' })).rejects.toSatisfy(
    (error) => error instanceof CallError && error.failure.code === 'INDEX_UNMERGED',
  )
})

test('secrets are masked in what is shown and in both exports; the patch applies where nothing is masked', async () => {
  repo.git('tag', 'v1')
  repo.commit('two', { ...files('2'), 'web/s.yaml': secret('hush-2') })
  const request = { appId: web.id, from: revision('v1'), to: revision('main') }
  const shown = await session.client.call('compare.run', request)
  const patch = await session.client.call('compare.export', { request, format: 'patch' })
  const markdown = await session.client.call('compare.export', { request, format: 'markdown' })
  expect(JSON.stringify([shown, patch, markdown])).not.toContain('hush')
  expect(shown.changes.map(({ words }) => words.join())).toEqual(['secret pin', 'data a'])
  expect(markdown.text).toMatch(/^# web: v1 .*-> main[\s\S]*- \*\*Secret\/s\*\* changed: secret pin\n/)
  const scratch = mkdtempSync(join(tmpdir(), 'wheelhouse-patch-'))
  execFileSync('git', ['clone', '-q', repo.clone, scratch])
  execFileSync('git', ['checkout', '-q', 'v1'], { cwd: scratch })
  const one = patch.text.slice(0, patch.text.indexOf('diff --git', 1))
  execFileSync('git', ['apply', '-'], { cwd: scratch, input: one })
  expect(readFileSync(join(scratch, 'web/c.yaml'), 'utf8')).toBe(config('2'))
  rmSync(scratch, { recursive: true })
})
