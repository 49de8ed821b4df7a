import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Upgrades } from '#contract'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'

// `wheelhouse upgrade` as a script calls it, for an app that no workspace has.

const main = join(import.meta.dirname, '../../src/cli/main.ts')
let configuration: TestRepo
let source: TestRepo

beforeAll(() => {
  source = createTestRepo()
  source.commit('begin', { 'services/web/a': '1', 'services/api/a': '1' })
  source.git('tag', 'v1.4')
  source.commit('checkout: a faster one', { 'services/web/a': '2' })
  source.commit('api only', { 'services/api/a': '2' })
  source.git('tag', 'v1.5')
  configuration = createTestRepo()
  configuration.commit('first', { 'web/web.yaml': deployment('acme/web:1.4', 2) })
  configuration.commit('image', { 'web/web.yaml': deployment('acme/web:1.5', 2) })
  configuration.commit('replicas', { 'web/web.yaml': deployment('acme/web:1.5', 3) })
  configuration.git('switch', '-q', '-c', 'next')
  configuration.commit('next', { 'web/web.yaml': deployment('acme/web:1.6', 3) })
  configuration.git('switch', '-q', 'main')
})
afterAll(() => {
  source.remove()
  configuration.remove()
})

function run(form: 'json' | 'text', sources: readonly string[], ...words: readonly string[]) {
  const app = ['--workspace', join(configuration.dir, 'data'), '--repo', configuration.clone, '--path', 'web']
  const flags = sources.flatMap((one) => ['--source', one])
  const args = [main, ...app, '--branch', 'main', ...flags, '-o', form, 'upgrade', ...words]
  return spawnSync(process.execPath, args, { encoding: 'utf8' })
}
const web = () => [`acme/web=${source.clone}`]

test('what the last change of an image brought, as text', { timeout: 60_000 }, () => {
  const { stdout, status, stderr } = run('text', web())
  expect([stderr, status]).toEqual(['', 0])
  const lines = stdout.split('\n')
  expect(lines[1]).toBe('acme/web 1.4 -> 1.5: 2 commits of clone')
  expect(lines[2]).toMatch(/^ {2}[0-9a-f]{7} \(tag v1\.4\) -> [0-9a-f]{7} \(tag v1\.5\)$/)
  expect(lines.slice(3, 5)).toEqual([
    expect.stringMatching(/^ {2}\+ [0-9a-f]{7} {2}2026-10-01 {2}Ada Operator {2}api only$/),
    expect.stringMatching(/^ {2}\+ [0-9a-f]{7} {2}2026-10-01 {2}Ada Operator {2}checkout: a faster one$/),
  ])
})

test('two revisions, backwards and of a folder, as JSON', { timeout: 60_000 }, () => {
  const folder = join(source.clone, 'services/web')
  const { stdout, status } = run('json', [`*=${folder}`], 'main', 'main~2')
  const { upgrades, from, to } = JSON.parse(stdout) as Upgrades
  expect(status).toBe(0)
  expect([from, to]).toEqual(['main', 'main~2'].map((name) => configuration.git('rev-parse', name)))
  expect(upgrades).toMatchObject([
    {
      image: 'acme/web',
      from: '1.5',
      to: '1.4',
      found: {
        direction: 'downgrade',
        folder: 'services/web',
        takenBack: { total: 1 },
        brought: { total: 0 },
      },
    },
  ])
})

test(
  'a version that is not in the source clone is a gap: exit 2, and what was looked for',
  { timeout: 60_000 },
  () => {
    const { stdout, status } = run('text', web(), 'main', 'next')
    expect(status).toBe(2)
    expect(stdout).toContain('SOURCE_VERSION_MISSING: acme/web 1.6')
    expect(stdout).toContain('Looked for tag 1.6, tag v1.6, tag web-1.6')
  },
)

test.each([
  ['no source is named', [], ['main~2', 'main'], 'the app names no source of it'],
  ['the image asked for does not change', undefined, ['main~2', 'main', '--image', 'api'], 'No such image'],
])('where %s nothing was answered: exit 2', { timeout: 60_000 }, (_what, sources, words, said) => {
  const { stdout, status } = run('text', sources ?? web(), ...words)
  expect([status, stdout.includes(said)]).toEqual([2, true])
})

test('where nothing changes all is said: exit 0', { timeout: 60_000 }, () => {
  const { stdout, status } = run('json', web(), 'main~1', 'main')
  expect([status, (JSON.parse(stdout) as Upgrades).upgrades]).toEqual([0, []])
})

test('what cannot be meant is refused before anything is read', { timeout: 120_000 }, () => {
  mkdirSync(join(configuration.dir, 'nothing'), { recursive: true })
  expect(run('text', web(), 'main')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('two revisions') as string,
  })
  expect(run('text', ['acme/web'], 'main', 'next').status).toBe(2)
  expect(run('text', [`acme/web=${join(configuration.dir, 'nothing')}`]).stderr).toContain('REPO_NOT_GIT')
  expect(run('text', [`acme/web:1.5=${source.clone}`]).stderr).toContain('BAD_REQUEST')
})
