import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestGit } from '../../helpers/repo.ts'
import { openSourceScene, told } from './source-scene.ts'
import type { SourceScene } from './source-scene.ts'

let scene: SourceScene
let oids: readonly string[]

beforeEach(() => {
  scene = openSourceScene()
  oids = ['one', 'two', 'three'].map((subject) => scene.repo.commit(subject, { a: subject }))
  scene.repo.git('tag', '1.4', oids[0] ?? '')
})
afterEach(() => scene.remove())

const upgrade = (...asked: Parameters<SourceScene['upgrade']>) => scene.upgrade(...asked)

test('a version that is not there is said, with what was looked for', async () => {
  const { found } = await upgrade('acme/web:1.4', 'acme/web:1.5')
  expect(found).toMatchObject({
    kind: 'unknown',
    failure: { code: 'SOURCE_VERSION_MISSING', subject: 'acme/web' },
    lookedFor: [
      'tag 1.5',
      'tag v1.5',
      'tag web-1.5',
      'tag web-v1.5',
      'tag web/1.5',
      'tag web/v1.5',
      'tag web@1.5',
      'tag web@v1.5',
    ],
    clone: { name: 'web', remote: true, trusted: false },
  })
})

test('a digest alone names no version', async () => {
  const { found } = await upgrade('web:1.4', `web@sha256:${'a'.repeat(64)}`)
  expect(found).toMatchObject({ failure: { code: 'SOURCE_VERSION_MISSING' }, lookedFor: [] })
})

test('a branch is no version, even where it is called as the image is', async () => {
  scene.repo.git('branch', '1.5')
  scene.repo.git('branch', (oids[2] ?? '').slice(0, 7), oids[1] ?? '')
  expect(told((await upgrade('web:1.4', 'web:1.5')).found)).toBe('SOURCE_VERSION_MISSING')
  // The id of a commit is told by the commit, not by a branch that is called like it.
  expect(told((await upgrade('web:1.4', `web:${(oids[2] ?? '').slice(0, 7)}`)).found)).toBe(
    'upgrade: +three +two',
  )
})

test('a branch below a tag-like name is not taken for the tag', async () => {
  scene.repo.git('update-ref', 'refs/heads/refs/tags/1.5', oids[2] ?? '')
  scene.repo.git('tag', '1.5/x', oids[1] ?? '')
  expect(told((await upgrade('web:1.4', 'web:1.5')).found)).toBe('SOURCE_VERSION_MISSING')
})

test('two tags that mean the version and disagree are said, and agree where they are one commit', async () => {
  scene.repo.git('tag', '1.5', oids[1] ?? '')
  scene.repo.git('tag', 'v1.5', oids[2] ?? '')
  const { found } = await upgrade('web:1.4', 'web:1.5')
  expect(told(found)).toBe('SOURCE_VERSION_AMBIGUOUS')
  expect(found).toMatchObject({
    failure: { message: expect.stringMatching(/tag 1\.5 is .{7}, tag v1\.5 is .{7}/) as string },
  })
  scene.repo.git('tag', '-f', 'v1.5', oids[1] ?? '')
  expect(told((await upgrade('web:1.4', 'web:1.5')).found)).toBe('upgrade: +two')
})

test('an id that begins two commits is said', async () => {
  const { repo } = scene
  const seen = new Map<string, string>()
  const tree = repo.git('rev-parse', 'HEAD^{tree}')
  // git asks for 4 digits at least: of some hundred commits two begin alike.
  const found = Array.from({ length: 2_000 }, (_, n) => n).reduce<string | undefined>((twin, n) => {
    if (twin !== undefined) return twin
    const begins = repo.git('commit-tree', tree, '-m', String(n)).slice(0, 4)
    if (seen.has(begins)) return begins
    seen.set(begins, '')
    return undefined
  }, undefined)
  const opened = await scene.git.open(repo.clone)
  expect(await opened.byPrefix(found ?? '')).toHaveLength(2)
}, 60_000)

test('a tag of something that is no commit is none', async () => {
  scene.repo.git('tag', '1.5', 'HEAD^{tree}')
  scene.repo.git('tag', 'v1.5', 'HEAD:a')
  expect(told((await upgrade('web:1.4', 'web:1.5')).found)).toBe('SOURCE_VERSION_MISSING')
})

test.each([
  '--output=x',
  '-v',
  'x y',
  'HEAD~1',
  '@{u}',
  ':/two',
  '$(id)',
  '*',
  '1.4^{commit}',
  'refs/tags/1.4',
  '../1.4',
  'a\nb',
])('a label %j is asked for as a name, or not at all', async (version) => {
  const label = (name: string) => ({ 'app.kubernetes.io/version': name })
  const { found } = await upgrade('web:1.4', 'web:none', {}, [label('x'), label(version)])
  expect(told(found)).toBe('SOURCE_VERSION_MISSING')
})

test('tags with the oddest names are found as they are called', async () => {
  scene.repo.git('update-ref', 'refs/tags/--version', oids[2] ?? '')
  const label = (name: string) => ({ 'app.kubernetes.io/version': name })
  const odd = await upgrade('web:1.4', 'web:x', {}, [label('1.4'), label('--version')])
  expect(told(odd.found)).toBe('upgrade: +three +two')
})

test('a source clone that is not in the workspace, or not a clone any more, is said', async () => {
  expect(told((await upgrade('web:1.4', 'web:1.5', { cloneId: 'gone' })).found)).toBe('SOURCE_CLONE_GONE')
  scene.repo.remove()
  expect(told((await upgrade('web:1.4', 'web:1.5')).found)).toBe('REPO_MISSING')
})

test('an image without a source is unnamed, and one that came from elsewhere before is not compared', async () => {
  expect(told((await upgrade('web:1.4', 'web:1.5', { image: 'acme/web' })).found)).toBe('unnamed')
  const other = await upgrade('nginx:1.4', 'acme/web:1.5', { image: 'acme/web' })
  expect(told(other.found)).toBe('SOURCE_DIFFERS')
  expect(other.from).toBe('nginx:1.4')
  scene.repo.git('tag', '1.5')
  const moved = await upgrade('ghcr.io/acme/web:1.4', 'acme/web:1.5')
  expect(told(moved.found)).toBe('upgrade: +three +two')
})

test('terminal escapes in what a commit says do not leave the room', async () => {
  scene.repo.git('commit', '-q', '--allow-empty', '-m', 'red \u001b[31m alert')
  scene.repo.git('tag', '1.5')
  expect(told((await upgrade('web:1.4', 'web:1.5')).found)).toBe('upgrade: +red ·[31m alert +three +two')
})

test('a shallow source tells what it has and that there may be more, or that it cannot tell', async () => {
  const { repo } = scene
  repo.git('tag', '1.5')
  repo.git('push', '-q', 'origin', 'main', '--tags')
  const shallow = join(repo.dir, 'shallow')
  repo.at(repo.dir, 'clone', '-q', '--depth', '1', '-b', '1.5', `file://${repo.remote}`, shallow)
  repo.at(shallow, 'fetch', '-q', '--depth', '1', 'origin', 'tag', '1.4')
  const git = createTestGit()
  const [opened, whole] = await Promise.all([git.open(shallow), git.open(repo.clone)])
  const range = { tip: oids[2] ?? '', except: oids[0] ?? '' }
  expect(await opened.range(range)).toEqual({ total: 1, cut: true })
  expect(await whole.range(range)).toEqual({ total: 2, cut: false })
  git.close()
  writeFileSync(join(repo.clone, '.git/shallow'), `${oids[1] ?? ''}\n`)
  // Its history ends at "two" now: nothing tells that "one" came before.
  expect(told((await upgrade('web:1.4', 'web:1.5')).found)).toBe('SOURCE_HISTORY_CUT')
})

test('a shallow source whose side branch is cut says that there may be more', async () => {
  const { repo } = scene
  repo.git('switch', '-q', '-c', 'side', oids[0] ?? '')
  const side = repo.commit('side', { b: '1' })
  repo.git('switch', '-q', 'main')
  repo.git('merge', '-q', '--no-ff', '-m', 'merge', 'side')
  repo.git('tag', '1.5')
  repo.git('tag', '1.4.1', oids[1] ?? '')
  writeFileSync(join(repo.clone, '.git/shallow'), `${side}\n`)
  const { found } = await upgrade('web:1.4.1', 'web:1.5')
  expect(told(found)).toBe('upgrade: +merge +side +three')
  expect(found).toMatchObject({ cut: true })
})
