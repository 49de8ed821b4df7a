import { expect, test } from 'vitest'
import { imageChanges, parseManifests, suggestSources, versionWords } from '#core'

type Labels = Readonly<Record<string, string>>

function workload(
  containers: Readonly<Record<string, string>>,
  {
    name = 'web',
    labels = {},
    podAnnotations = {},
    init = {},
  }: {
    readonly name?: string
    readonly labels?: Labels
    readonly podAnnotations?: Labels
    readonly init?: Labels
  } = {},
) {
  const list = (all: Labels) => Object.entries(all).map(([container, image]) => ({ name: container, image }))
  return parseManifests(
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        template: {
          metadata: { annotations: podAnnotations },
          spec: { containers: list(containers), initContainers: list(init) },
        },
      },
    }),
  ).manifests
}

const told = (...sides: Parameters<typeof imageChanges>) =>
  imageChanges(...sides).map(({ from, to, places }) => [
    to.image.repository,
    ...versionWords(from, to),
    places.map(({ key, container }) => `${key.name}/${container}`).join(),
  ])

test('an image that changes in several places is told once, with each of them', () => {
  const at = (tag: string) => [
    ...workload({ web: `a/web:${tag}`, proxy: 'envoy:1' }, { init: { migrate: `a/web:${tag}` } }),
    ...workload({ worker: `a/web:${tag}` }, { name: 'worker' }),
  ]
  expect(told(at('1.4'), at('1.5'))).toEqual([['a/web', '1.4', '1.5', 'web/web,web/migrate,worker/worker']])
  expect(told(at('1.5'), at('1.5'))).toEqual([])
})

test('what is added or removed has no versions to go between', () => {
  const before = workload({ web: 'a/web:1' })
  expect(told([], before)).toEqual([])
  expect(told(before, [])).toEqual([])
  expect(told(before, workload({ web: 'a/web:1', new: 'a/new:1' }))).toEqual([])
})

test('an image that cannot be read is left alone', () => {
  expect(told(workload({ web: 'a/web:1' }), workload({ web: 'a/web:*' }))).toEqual([])
})

test('digests are told apart by themselves', () => {
  const at = (digit: string, tag = '') => workload({ web: `a/web${tag}@sha256:${digit.repeat(64)}` })
  expect(told(at('1'), at('2'))).toEqual([['a/web', 'sha256:1111111', 'sha256:2222222', 'web/web']])
  expect(told(at('1', ':9'), at('2', ':9'))).toEqual([
    ['a/web', '9 (sha256:1111111)', '9 (sha256:2222222)', 'web/web'],
  ])
})

const revision = 'org.opencontainers.image.revision'

test('under a tag that stays, a revision that changes is an upgrade', () => {
  const at = (commit: string) => workload({ web: 'a/web:latest' }, { podAnnotations: { [revision]: commit } })
  expect(told(at('abcdef0123'), at('9876543210'))).toEqual([
    ['a/web', 'latest (abcdef0)', 'latest (9876543)', 'web/web'],
  ])
})

test('a label that changed with the image is evidence, one that stayed is not', () => {
  const at = (tag: string, commit: string, version: string) =>
    workload(
      { web: `a/web:${tag}` },
      { labels: { 'app.kubernetes.io/version': version }, podAnnotations: { [revision]: commit } },
    )
  expect(imageChanges(at('1', 'aaaaaaa', '1.0'), at('2', 'bbbbbbb', '2.0'))).toMatchObject([
    { from: { revision: 'aaaaaaa', version: '1.0' }, to: { revision: 'bbbbbbb', version: '2.0' } },
  ])
  const [change] = imageChanges(at('1', 'aaaaaaa', '1.0'), at('2', 'aaaaaaa', '1.0'))
  expect(change?.to.revision).toBeUndefined()
  expect(change?.to.version).toBeUndefined()
  expect(change?.to.staleRevision).toBe('aaaaaaa')
})

test('the labels of a pod are about its main container alone', () => {
  const at = (tag: string, version: string) =>
    workload(
      { proxy: `envoy:${tag}`, main: `a/web:${tag}` },
      { labels: { 'app.kubernetes.io/version': version } },
    )
  const [proxy, web] = imageChanges(at('1', 'x'), at('2', 'y'))
  expect([proxy?.to.image.last, proxy?.to.version]).toEqual(['envoy', undefined])
  expect([web?.to.image.last, web?.to.version]).toEqual(['web', 'y'])
})

const source = 'org.opencontainers.image.source'
const clones = [
  { id: 'c1', name: 'shop', remoteUrl: 'git@github.com:acme/Web.git' },
  { id: 'c2', name: 'api', remoteUrl: 'https://github.com/acme/backend' },
  { id: 'c3', name: 'jobs' },
  { id: 'c4', name: 'jobs' },
]
const web = workload(
  { web: 'ghcr.io/acme/web:1' },
  { podAnnotations: { [source]: 'https://github.com/acme/web' } },
)

test('the only clone whose remote the label names is proposed, else the only one that is called as the image', () => {
  const api = workload({ api: 'ghcr.io/acme/api:1' }, { name: 'api' })
  expect(suggestSources([...web, ...api], undefined, clones)).toEqual([
    {
      source: { image: 'ghcr.io/acme/web', cloneId: 'c1' },
      why: 'its label org.opencontainers.image.source names the remote of shop',
    },
    { source: { image: 'ghcr.io/acme/api', cloneId: 'c2' }, why: 'the clone api is called as the image' },
  ])
})

test('where two clones would do, or there is a source already, none is proposed', () => {
  expect(suggestSources(workload({ jobs: 'acme/jobs:1' }), undefined, clones)).toEqual([])
  expect(suggestSources(web, undefined, [...clones, { ...clones[0], id: 'c9', name: 'other' }])).toEqual([])
  expect(suggestSources(web, [{ image: 'ghcr.io/*', cloneId: 'c3' }], clones)).toEqual([])
})
