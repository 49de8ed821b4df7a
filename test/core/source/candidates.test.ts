import { expect, test } from 'vitest'
import { isTagName, parseImage, versionCandidates } from '#core'
import type { VersionEvidence } from '#core'

function evidence(image: string, labels: Omit<VersionEvidence, 'image'> = {}): VersionEvidence {
  const parsed = parseImage(image)
  if (parsed === undefined) throw new Error(`${image} is no image.`)
  return { image: parsed, ...labels }
}
const namesOf = (seen: VersionEvidence, source: Parameters<typeof versionCandidates>[1] = {}) =>
  versionCandidates(seen, source).map((group) => group.map(({ name }) => name.replace(/^tag /, '')))

const own = (version: string) =>
  ['-', '/', '@'].flatMap((sign) => [`web${sign}${version}`, `web${sign}v${version}`])

test.each([
  ['a/web:1.5', {}, [['1.5', 'v1.5'], own('1.5')]],
  [
    'a/web:v1.5',
    {},
    [
      ['v1.5', 'vv1.5', '1.5'],
      ['-', '/', '@'].flatMap((sign) => [`web${sign}v1.5`, `web${sign}vv1.5`, `web${sign}1.5`]),
    ],
  ],
  ['a/web:1.5', { folder: 'services/web' }, [own('1.5'), ['1.5', 'v1.5']]],
  ['a/web:1.5', { tagName: 'release-{tag}' }, [['release-1.5']]],
  ['a/web:1_b', { tagName: 'x/{tag}' }, [['x/1_b']]],
  ['a/web:1.5', { tagName: '{tag}~1' }, []],
  ['a/web', {}, []],
  [`a/web@sha256:${'0'.repeat(64)}`, {}, []],
])('%s of a source %j is looked for in this order', (image, source, expected) => {
  expect(namesOf(evidence(image), source)).toEqual(expected)
})

test.each([
  ['sha-3f2a1c9', ['3f2a1c9']],
  ['main-3f2a1c9-20261101', ['3f2a1c9', '20261101']],
  ['v1.2-5-g3f2a1c9', ['3f2a1c9']],
  ['3f2a1c9', ['3f2a1c9']],
  ['a'.repeat(40), ['a'.repeat(40)]],
  ['abc123', undefined],
  ['xyz3f2a1c9', undefined],
])('after the tags the tag %s is searched for commit ids', (tag, ids) => {
  const last = versionCandidates(evidence(`a/web:${tag}`), {}).at(-1)
  const found = last?.flatMap((candidate) => ('id' in candidate ? [candidate.id] : []))
  expect(found).toEqual(ids ?? [])
})

test('a tag that may stand for semver with metadata is looked for as such too', () => {
  expect(namesOf(evidence('a/web:1.5.0_build.7'))[0]).toEqual([
    '1.5.0_build.7',
    'v1.5.0_build.7',
    '1.5.0+build.7',
    'v1.5.0+build.7',
  ])
})

test('labels come first, and one that did not change with the image comes last', () => {
  const labelled = evidence('a/web:1.5', { revision: 'ABCDEF0123', version: '1.5.0' })
  const groups = versionCandidates(labelled, { tagName: 'r{tag}' })
  expect(groups.map(([first]) => first?.how)).toEqual([
    'commit abcdef0123, which the label org.opencontainers.image.revision names',
    'tag r1.5.0, which the label app.kubernetes.io/version names',
    'tag r1.5',
  ])
  const stale = versionCandidates(evidence('a/web:1.5', { staleRevision: 'abcdef0123' }), {
    tagName: 'r{tag}',
  })
  expect(stale.map(([first]) => first?.name)).toEqual(['tag r1.5', 'commit abcdef0123'])
})

test('a revision that is no commit id is taken for the name of a tag', () => {
  expect(namesOf(evidence('a/web', { revision: 'v9' }), { tagName: '{tag}' })).toEqual([['v9']])
})

test.each([
  ['v1.5', true],
  ['web/v1.5', true],
  ['@', false],
  ['-x', true],
  ['a b', false],
  ['a..b', false],
  ['a~1', false],
  ['a^{commit}', false],
  ['a:b', false],
  ['a*', false],
  ['a?', false],
  ['a[b', false],
  ['a\\b', false],
  ['a@{1}', false],
  ['a\nb', false],
  ['/a', false],
  ['a/', false],
  ['a//b', false],
  ['.a', false],
  ['a/.b', false],
  ['a.lock', false],
  ['a.lock/b', false],
  ['a.', false],
  ['', false],
  ['x'.repeat(251), false],
])('%j may be the name of a tag: %s', (name, expected) => {
  expect(isTagName(name)).toBe(expected)
})

test('what a label holds is never asked for as anything but a name', () => {
  for (const version of ['--output=x', 'x y', '$(id)', 'a:b', 'HEAD~3', '@{u}', '*'])
    for (const candidate of versionCandidates(evidence('a/web', { version }), {}).flat())
      expect('ref' in candidate && candidate.ref.startsWith('refs/tags/') && isTagName(candidate.ref)).toBe(
        true,
      )
})
