import { expect, test } from 'vitest'
import type { AppSource } from '#contract'
import { AppSource as Schema } from '#contract'
import { parseImage, sourceOf } from '#core'

const digest = `sha256:${'a1'.repeat(32)}`

test.each([
  ['nginx', ['nginx', 'docker.io/library/nginx', 'nginx', undefined, undefined]],
  ['nginx:1.27', ['nginx', 'docker.io/library/nginx', 'nginx', '1.27', undefined]],
  ['acme/web:1', ['acme/web', 'docker.io/acme/web', 'web', '1', undefined]],
  ['docker.io/nginx', ['docker.io/nginx', 'docker.io/library/nginx', 'nginx', undefined, undefined]],
  ['index.docker.io/nginx:1', ['index.docker.io/nginx', 'docker.io/library/nginx', 'nginx', '1', undefined]],
  ['ghcr.io/acme/web:v1.5_b.2-c', ['ghcr.io/acme/web', 'ghcr.io/acme/web', 'web', 'v1.5_b.2-c', undefined]],
  ['localhost:5000/web', ['localhost:5000/web', 'localhost:5000/web', 'web', undefined, undefined]],
  ['localhost/web:2', ['localhost/web', 'localhost/web', 'web', '2', undefined]],
  ['r.example:5000/a/b/web:2', ['r.example:5000/a/b/web', 'r.example:5000/a/b/web', 'web', '2', undefined]],
  ['[fd00::1]:5000/web:2', ['[fd00::1]:5000/web', '[fd00::1]:5000/web', 'web', '2', undefined]],
  [`ghcr.io/acme/web@${digest}`, ['ghcr.io/acme/web', 'ghcr.io/acme/web', 'web', undefined, digest]],
  [`acme/web:1.5@${digest}`, ['acme/web', 'docker.io/acme/web', 'web', '1.5', digest]],
])('the image %s is read in its parts', (text, [repository, name, last, tag, hash]) => {
  expect(parseImage(text)).toEqual({
    repository,
    name,
    last,
    ...(tag === undefined ? {} : { tag }),
    ...(hash === undefined ? {} : { digest: hash }),
  })
})

test.each([
  '',
  ':1.5',
  'web:',
  'web:-x',
  'web:*',
  'web:1 2',
  'web:1\n2',
  'a/Web',
  '--upload-pack=x',
  'web@sha256:12',
  'web:1:2',
  '/web',
  'web/',
  `web:${'1'.repeat(129)}`,
  'a'.repeat(601),
  `${'a-'.repeat(250)}!`,
])('what is no image is not taken for one (%#)', (text) => {
  expect(parseImage(text)).toBeUndefined()
})

const source = (image: string): AppSource => ({ image, cloneId: image })

test.each([
  ['ghcr.io/acme/web:1', 'ghcr.io/acme/web'],
  ['ghcr.io/acme/api:1', 'ghcr.io/acme/*'],
  ['ghcr.io/acme/jobs/report:1', 'ghcr.io/acme/jobs/*'],
  ['ghcr.io/other/web', 'ghcr.io/*'],
  ['ghcr.io/acmeplus/web', 'ghcr.io/*'],
  ['acme/web:3', 'acme/*'],
  ['docker.io/library/nginx:1', 'nginx'],
  ['r.example/x', '*'],
])('of several sources the most exact one is that of %s', (image, expected) => {
  const all = [
    '*',
    'ghcr.io/*',
    'ghcr.io/acme/*',
    'ghcr.io/acme/jobs/*',
    'ghcr.io/acme/web',
    'acme/*',
    'nginx',
  ]
  const parsed = parseImage(image)
  if (parsed === undefined) throw new Error('No image.')
  expect(sourceOf(all.map(source), parsed)?.cloneId).toBe(expected)
  expect(sourceOf(all.toReversed().map(source), parsed)?.cloneId).toBe(expected)
})

test('without a source that fits there is none', () => {
  const web = parseImage('ghcr.io/acme/web:1')
  if (web === undefined) throw new Error('No image.')
  expect(sourceOf(undefined, web)).toBeUndefined()
  expect(sourceOf([source('ghcr.io/acme/webs'), source('acme/*')], web)).toBeUndefined()
})

test.each([
  ['ghcr.io/acme/web', true],
  ['localhost:5000/web', true],
  ['localhost:5000/*', true],
  ['*', true],
  ['ghcr.io/acme/web:1.5', false],
  ['ghcr.io/acme*', false],
  ['ghcr.io/*/web', false],
  ['', false],
  ['-x', false],
  ['a b', false],
])('a source may be of %j: %s', (image, expected) => {
  expect(Schema.safeParse({ image, cloneId: 'c' }).success).toBe(expected)
})

test.each([
  ['release-{tag}', true],
  ['{tag}', true],
  ['release', false],
  ['{tag}-{tag}', false],
])('the name of its tags may be %j: %s', (tagName, expected) => {
  expect(Schema.safeParse({ image: '*', cloneId: 'c', tagName }).success).toBe(expected)
})
