import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'

// `wheelhouse undo` of a part of a commit, as a script calls it, for an app that no workspace has.

const main = join(import.meta.dirname, '../../src/cli/main.ts')
const config = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: limits }\ndata: { most: "${value}" }\n`
const both = (replicas: number, most: string) => `${deployment('acme/web:1', replicas)}---\n${config(most)}`
let repo: TestRepo

beforeAll(() => {
  repo = createTestRepo()
  repo.commit('first', { 'web/all.yaml': both(2, '10'), 'web/notes.txt': 'one\n' })
  repo.commit('more', { 'web/all.yaml': both(5, '50'), 'web/notes.txt': 'two\n' })
})
afterAll(() => repo.remove())

function undo(...words: readonly string[]) {
  const app = ['--workspace', join(repo.dir, 'data'), '--repo', repo.clone, '--path', 'web']
  return spawnSync(process.execPath, [main, ...app, '--branch', 'main', 'undo', ...words], {
    encoding: 'utf8',
  })
}
const at = (revision: string, path: string) => repo.git('show', `${revision}:${path}`)

test(
  'one object of a file is taken back, and the other stays as the commit made it',
  { timeout: 60_000 },
  () => {
    const commit = repo.git('rev-parse', 'main')
    const { status, stderr } = undo(commit, '--object', 'configmap/limits', '--no-push', '--yes')
    expect([status, stderr]).toEqual([0, expect.any(String)])
    expect(at('main', 'web/all.yaml')).toBe(both(5, '10').trimEnd())
    expect(at('main', 'web/notes.txt')).toBe('two')
    expect(repo.git('rev-parse', 'main~1')).toBe(commit)
    expect(repo.git('status', '--porcelain')).toBe('')
  },
)

test('one file of the commit is taken back', { timeout: 60_000 }, () => {
  const { status } = undo('main~1', '--only', 'web/notes.txt', '--no-push', '--yes')
  expect(status).toBe(0)
  expect([at('main', 'web/notes.txt'), at('main', 'web/all.yaml')]).toEqual(['one', both(5, '10').trimEnd()])
})

test(
  'an object that the commit did not change is told, and nothing is committed',
  { timeout: 60_000 },
  () => {
    const before = repo.git('rev-parse', 'main')
    const { status, stderr } = undo('main~1', '--object', 'deployment/other', '--no-push', '--yes')
    expect(status).not.toBe(0)
    expect(stderr).toContain('deployment/other')
    expect(repo.git('rev-parse', 'main')).toBe(before)
  },
)
