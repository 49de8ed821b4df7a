import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'

// `wheelhouse timeline` as a script calls it, for an app that no workspace has.

const main = join(import.meta.dirname, '../../src/cli/main.ts')
let repo: TestRepo
beforeAll(() => {
  repo = createTestRepo()
  repo.commit('first', { 'prod/web/web.yaml': deployment('web:1', 2), 'prod/web/NOTES': '1\n' })
  repo.git('config', 'user.name', 'Bo')
  repo.commit('image', { 'prod/web/web.yaml': deployment('web:2', 2) })
  repo.commit('notes', { 'prod/web/NOTES': '2\n' })
  repo.git('switch', '-q', '-c', 'other')
  repo.commit('replicas', { 'prod/web/web.yaml': deployment('web:2', 3) })
  repo.git('switch', '-q', 'main')
  repo.git('merge', '-q', '--no-ff', '-m', 'the merge', 'other')
  repo.git('switch', '-q', '-c', 'open')
  repo.commit('open', { 'prod/web/web.yaml': deployment('web:3', 3) })
  repo.git('switch', '-q', 'main')
  repo.push()
})
afterAll(() => repo.remove())

function args(...flags: readonly string[]): readonly string[] {
  const app = ['--workspace', join(repo.dir, 'data'), '--repo', repo.clone, '--path', 'prod/web']
  return [main, ...app, '--branch', 'main', '-o', 'json', 'timeline', ...flags]
}

function subjects(...flags: readonly string[]): readonly string[] {
  const text = execFileSync(process.execPath, args(...flags), { encoding: 'utf8' })
  return (JSON.parse(text) as readonly { commit: { subject: string } }[]).map(({ commit }) => commit.subject)
}

test.each([
  [[], ['the merge', 'image', 'first']],
  [['--all'], ['the merge', 'notes', 'image', 'first']],
  [
    ['--author', 'bo', '--all', '--before', '2999-12-31'],
    ['the merge', 'notes', 'image'],
  ],
  [['--after', '2999-12-31'], []],
  [['--change', 'image'], ['image']],
  [['--object', 'deployment/web', '--merges'], ['the merge']],
  [
    ['--file', 'NOTES', '--all'],
    ['notes', 'first'],
  ],
  [['--all-branches'], ['open', 'the merge', 'replicas', 'image', 'first']],
])('timeline %j', { timeout: 60_000 }, (flags, found) => {
  expect(subjects(...flags)).toEqual(found)
})

test('what is no day is refused before anything is read', () => {
  const { status, stderr } = spawnSync(process.execPath, args('--after', 'yesterday'), { encoding: 'utf8' })
  expect([status, stderr.includes('2026-11-23')]).toEqual([2, true])
})

test('--check says what undoing each commit would meet', { timeout: 60_000 }, () => {
  const text = execFileSync(process.execPath, args('--check'), { encoding: 'utf8' })
  const rows = JSON.parse(text) as readonly {
    readonly commit: { readonly subject: string }
    readonly marks: readonly { readonly kind: string }[]
  }[]
  expect(rows.map(({ commit, marks }) => [commit.subject, ...marks.map(({ kind }) => kind)])).toEqual([
    ['the merge', 'tip'],
    ['image'],
    ['first', 'conflicts'],
  ])
})

test('where no record speaks of a healthy commit, the last good one is refused', { timeout: 60_000 }, () => {
  const given = args().map((word) => (word === 'timeline' ? 'return' : word))
  const { status, stderr } = spawnSync(process.execPath, [...given, 'last-good', '--dry-run'], {
    encoding: 'utf8',
  })
  expect([status, stderr.includes('known to have run healthy')]).toEqual([2, true])
})
