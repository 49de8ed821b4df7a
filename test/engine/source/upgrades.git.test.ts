import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSourceScene, told } from './source-scene.ts'
import type { SourceScene } from './source-scene.ts'

let scene: SourceScene
let oids: readonly string[]

beforeEach(() => {
  scene = openSourceScene()
  const { repo } = scene
  oids = ['one', 'two', 'three', 'four'].map((subject) => repo.commit(subject, { 'src/a.ts': subject }))
})
afterEach(() => scene.remove())

const tag = (name: string, revision: string | undefined) => scene.repo.git('tag', name, revision ?? '')
const annotated = (name: string, revision: string | undefined) =>
  scene.repo.git('tag', '-a', '-m', 'a release', name, revision ?? '')
const upgrade = (...asked: Parameters<SourceScene['upgrade']>) => scene.upgrade(...asked)

describe('a version leads to its commit', () => {
  test.each([
    ['by a tag of its name', ['1.4', '1.5'], '1.4', '1.5', 'tag 1.5'],
    ['by a tag with a v before it', ['v1.4', 'v1.5'], '1.4', '1.5', 'tag v1.5'],
    ['by a tag without the v of the image', ['1.4', '1.5'], 'v1.4', 'v1.5', 'tag 1.5'],
    ['by <name>-<version>', ['web-1.4', 'web-1.5'], '1.4', '1.5', 'tag web-1.5'],
    ['by <name>/v<version>', ['web/v1.4', 'web/v1.5'], '1.4', '1.5', 'tag web/v1.5'],
    ['by <name>@<version>', ['web@1.4', 'web@1.5'], '1.4', '1.5', 'tag web@1.5'],
    ['by a version whose + is a _', ['1.4', 'v1.5+b.7'], '1.4', '1.5_b.7', 'tag v1.5+b.7'],
  ])('%s', async (_how, [old = '', now = ''], from, to, how) => {
    tag(old, oids[1])
    annotated(now, oids[3])
    const { found, ...shown } = await upgrade(`ghcr.io/acme/web:${from}`, `ghcr.io/acme/web:${to}`)
    expect(told(found)).toBe('upgrade: +four +three')
    expect(found).toMatchObject({
      to: { how, commit: oids[3] },
      from: { commit: oids[1] },
      brought: { total: 2 },
    })
    expect([shown.image, shown.from, shown.to]).toEqual(['ghcr.io/acme/web', from, to])
  })

  test('by a commit id in the tag of the image', async () => {
    const short = (index: number) => oids[index]?.slice(0, 7)
    const { found } = await upgrade(`web:main-${short(0)}-20261101`, `web:sha-${short(2)}`)
    expect(told(found)).toBe('upgrade: +three +two')
    const whole = await upgrade(`web:${oids[0]}`, `web:v1-2-g${short(1)}`)
    expect(told(whole.found)).toBe('upgrade: +two')
  })

  test('by a label, before any tag', async () => {
    tag('1.4', oids[0])
    tag('1.5', oids[1])
    const revision = (index: number) => ({ 'org.opencontainers.image.revision': oids[index] ?? '' })
    const { found } = await upgrade('web:1.4', 'web:1.5', {}, [revision(2), revision(3)])
    expect(told(found)).toBe('upgrade: +four')
    tag('v9', oids[2])
    const version = (name: string) => ({ 'app.kubernetes.io/version': name })
    const labelled = await upgrade('web:1.4', 'web:nightly', {}, [version('1.5'), version('9')])
    expect(told(labelled.found)).toBe('upgrade: +three')
    // A label that stayed says nothing about what changed.
    const stale = await upgrade('web:1.4', 'web:1.5', {}, [version('9'), version('9')])
    expect(told(stale.found)).toBe('upgrade: +two')
  })

  test('by the name that the app gives its tags, and by no other then', async () => {
    tag('release-1.4', oids[0])
    tag('release-1.5', oids[1])
    tag('1.5', oids[3])
    const named = await upgrade('web:1.4', 'web:1.5', { tagName: 'release-{tag}' })
    expect(told(named.found)).toBe('upgrade: +two')
    const other = await upgrade('web:1.4', 'web:1.5', { tagName: 'r{tag}' })
    expect(told(other.found)).toBe('SOURCE_VERSION_MISSING')
  })

  test('through a tag of a tag', async () => {
    tag('1.4', oids[0])
    annotated('inner', oids[1])
    annotated('1.5', 'inner')
    expect(told((await upgrade('web:1.4', 'web:1.5')).found)).toBe('upgrade: +two')
  })
})

test('a downgrade tells the commits that go away', async () => {
  tag('1.4', oids[1])
  tag('1.5', oids[3])
  expect(told((await upgrade('web:1.5', 'web:1.4')).found)).toBe('downgrade: -four -three')
})

test('two versions that went apart tell both', async () => {
  const { repo } = scene
  tag('1.5', oids[3])
  repo.git('switch', '-q', '-c', 'fix', oids[1] ?? '')
  repo.commit('fix', { 'src/b.ts': '1' })
  repo.git('tag', '1.4.1')
  expect(told((await upgrade('web:1.5', 'web:1.4.1')).found)).toBe('diverged: +fix -four -three')
})

test('two versions of one commit have nothing between them', async () => {
  tag('1.4', oids[1])
  tag('1.4-rebuilt', oids[1])
  expect(told((await upgrade('web:1.4', 'web:1.4-rebuilt')).found)).toBe('same:')
})

test('a merge is told with both of its parents, and what it merged', async () => {
  const { repo } = scene
  tag('1.4', oids[3])
  repo.git('switch', '-q', '-c', 'side')
  repo.commit('side', { 'src/side.ts': '1' })
  repo.git('switch', '-q', 'main')
  repo.git('merge', '-q', '--no-ff', '-m', 'merge side', 'side')
  repo.git('tag', '1.5')
  const { found } = await upgrade('web:1.4', 'web:1.5')
  expect(told(found)).toBe('upgrade: +merge side +side')
  if (found.kind !== 'commits') throw new Error(found.kind)
  expect(found.brought.commits[0]?.parents).toHaveLength(2)
  expect(found.brought.commits[1]?.author.name).toBe('Ada Operator')
})

test('of a monorepo only the commits of the folder count, and the tag with its name comes first', async () => {
  const { repo } = scene
  repo.commit('web begins', { 'services/web/a': '1', 'services/api/a': '1' })
  repo.git('tag', 'web-1.4')
  repo.commit('api', { 'services/api/a': '2' })
  repo.commit('web', { 'services/web/a': '2' })
  repo.git('tag', 'web-1.5')
  // Another service's release of the same number.
  tag('1.5', oids[0])
  const inFolder = await upgrade('acme/web:1.4', 'acme/web:1.5', { folder: 'services/web' })
  expect(told(inFolder.found)).toBe('upgrade: +web')
  expect(inFolder.found).toMatchObject({ folder: 'services/web', brought: { total: 1 } })
  const nowhere = await upgrade('acme/web:1.4', 'acme/web:1.5', { folder: 'services/none' })
  expect(told(nowhere.found)).toBe('SOURCE_FOLDER_MISSING')
})

test('of many commits the newest 200 are told, and how many there are', async () => {
  const { repo } = scene
  tag('1.4', oids[3])
  const stream = Array.from({ length: 230 }, (_, n) =>
    [
      `commit refs/heads/main`,
      `committer A <a@example.com> ${1_800_000_000 + n} +0000`,
      'data 1',
      'x',
      n === 0 ? `from ${oids[3]}` : '',
      '',
    ]
      .filter((line, at) => line !== '' || at > 4)
      .join('\n'),
  ).join('\n')
  repo.write({ 'stream.txt': stream })
  repo.git('-c', 'alias.load=!git fast-import --quiet < stream.txt', 'load')
  repo.git('tag', '1.5', 'main')
  const { found } = await upgrade('web:1.4', 'web:1.5')
  if (found.kind !== 'commits') throw new Error(JSON.stringify(found))
  expect([found.brought.commits.length, found.brought.total]).toEqual([200, 230])
})
