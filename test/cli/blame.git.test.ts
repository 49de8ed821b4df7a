import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Blame } from '#contract'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'

// `wheelhouse blame` as a script calls it, for an app that no workspace has.

const main = join(import.meta.dirname, '../../src/cli/main.ts')
let repo: TestRepo
beforeAll(() => {
  repo = createTestRepo()
  repo.commit('base', {
    'base/web.yaml': deployment('web:1', 2),
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
  })
  repo.git('config', 'user.name', 'Bo')
  repo.commit('overlay', {
    'prod/kustomization.yaml': 'resources: [../base]\nimages:\n  - name: web\n    newTag: "2"\n',
  })
  repo.push()
})
afterAll(() => repo.remove())

function run(output: 'text' | 'json', ...words: readonly string[]) {
  const app = [
    '--workspace',
    join(repo.dir, 'data'),
    '--repo',
    repo.clone,
    '--path',
    'prod',
    '--tool',
    'kustomize',
  ]
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [main, ...app, '--branch', 'main', '-o', output, 'blame', ...words],
    { encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

const image = 'spec.template.spec.containers[name=web].image'

test('text names both lines that share a value, with commit, day and author', { timeout: 60_000 }, () => {
  const { status, stdout } = run('text', 'deploy/web', image)
  expect(status).toBe(0)
  expect(stdout).toMatch(
    /^Deployment\/web \.spec\.template\.spec\.containers\[name="web"\]\.image web:2 at [0-9a-f]{7}\n/,
  )
  expect(stdout).toMatch(
    /a part of it {2}base +base\/web\.yaml:\d+ +[0-9a-f]{7} {2}2026-10-01 {2}Ada Operator {2}.*image: web:1/,
  )
  expect(stdout).toMatch(
    /a part of it {2}transformer {2}prod\/kustomization\.yaml:4 {2}[0-9a-f]{7} {2}2026-10-01 {2}Bo +newTag: "2"/,
  )
})

test('JSON is the answer of the call; a revision may be named', { timeout: 60_000 }, () => {
  const { status, stdout } = run('json', 'Deployment/web', '.spec.replicas', '--revision', 'main')
  const { value, origins, revision } = JSON.parse(stdout) as Blame
  expect([status, value, revision, origins.map(({ role, commit }) => [role, commit?.subject])]).toEqual([
    0,
    '2',
    repo.git('rev-parse', 'main'),
    [['base', 'base']],
  ])
})

test.each([
  ['an object that is not rendered', ['Service/web', '.spec'], 2, 'Known: Deployment/web.'],
  ['a field that is not there', ['deploy/web', '.spec.nothing'], 2, 'NOT_FOUND'],
  ['a commit that is not there', ['deploy/web', '.spec', '--revision', 'nowhere'], 2, 'COMMIT_MISSING'],
  ['too few words', [], 2, 'Name an object'],
] as const)('%s: exit 2', { timeout: 60_000 }, (_title, words, code, said) => {
  const { status, stderr } = run('text', ...words)
  expect([status, stderr.includes(said)]).toEqual([code, true])
})
