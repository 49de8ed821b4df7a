import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { App, DraftAction, Resolution } from '#contract'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

// Several apps, folders, several commits and parts of commits, each against what git itself makes of it in a clone aside.

let repo: TestRepo
let session: TestSession
let apps: Readonly<Record<string, App>>
const oids: string[] = []

const config = (name: string, value: number | string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata:\n  a: "${value}"\n  keep: "1"\n`
const kustomization = (...files: readonly string[]) => `resources: [${files.join(', ')}]\n`

beforeEach(async () => {
  repo = createTestRepo()
  session = await openTestSession({})
  const commit = (subject: string, files: Readonly<Record<string, string | null>>) =>
    oids.push(repo.commit(subject, files))
  oids.length = 0
  commit('first', {
    'base/kustomization.yaml': kustomization('b.yaml'),
    'base/b.yaml': config('b', 1),
    'prod/web/kustomization.yaml': kustomization('w.yaml', '../../base'),
    'prod/web/w.yaml': config('w', 1),
    'prod/api/kustomization.yaml': kustomization('x.yaml'),
    'prod/api/x.yaml': config('x', 1),
    'test/web/kustomization.yaml': kustomization('w.yaml', '../../base'),
    'test/web/w.yaml': config('w', 1),
    'prod/NOTES': '1\n',
  })
  commit('second', {
    'prod/web/w.yaml': config('w', 2),
    'prod/api/x.yaml': config('x', 2),
    'prod/NOTES': '2\n',
  })
  commit('third', { 'test/web/w.yaml': config('w', 3), 'base/b.yaml': config('b', 3) })
  commit('fourth', {
    'prod/api/x.yaml': config('x', 4),
    'prod/api/y.yaml': config('y', 4),
    'prod/api/kustomization.yaml': kustomization('x.yaml', 'y.yaml'),
    'prod/web/w.yaml': config('w', 4),
  })
  repo.push()
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const found = await session.client.call('apps.discover', { cloneId })
  const added: [string, App][] = []
  for (const { spec } of found) added.push([spec.path, await session.client.call('apps.add', spec)])
  apps = Object.fromEntries(added)
})
afterEach(async () => {
  await session.close()
  repo.remove()
})

const app = (path: string): App => {
  const known = apps[path]
  if (known === undefined) throw new Error(`${path} is not among ${Object.keys(apps).join(', ')}.`)
  return known
}
const draft = (
  path: string,
  action: DraftAction,
  more: { readonly resolutions?: readonly Resolution[] } = {},
) => session.client.call('draft.create', { appId: app(path).id, action, shared: 'include', ...more })
const codeIn = (code: string) => (error: unknown) => error instanceof CallError && error.failure.code === code

/** The tree that git makes in a clone aside; what is outside of `paths` stays as it was. */
function gitTree(paths: readonly string[], ...commands: readonly (readonly string[])[]): string {
  const aside = join(repo.dir, 'aside')
  execFileSync('rm', ['-rf', aside])
  repo.at(repo.dir, 'clone', '-q', repo.remote, aside)
  for (const name of ['user.name', 'user.email']) repo.at(aside, 'config', name, 'a')
  for (const command of commands) repo.at(aside, ...command)
  const tree = repo.at(aside, 'write-tree')
  repo.at(aside, 'reset', '-q', '--hard')
  repo.at(aside, 'restore', `--source=${tree}`, '--staged', '--worktree', '--', ...paths)
  return repo.at(aside, 'write-tree')
}
const oid = (at: number) => oids[at] ?? ''
const restore = (at: number, ...paths: readonly string[]) => [
  'restore',
  `--source=${oid(at)}`,
  '--staged',
  '--worktree',
  '--',
  ...paths,
]
const revert = (...at: readonly number[]) => ['revert', '-n', '-Xno-renames', ...at.map(oid)]

test('two apps return in one commit, as git restore makes them, and the words say both', async () => {
  const made = await draft('prod/web', { kind: 'return', commit: oid(0), apps: [app('prod/api').id] })
  expect(made.tree).toBe(gitTree(['.'], restore(0, 'prod/web', 'prod/api', 'base')))
  expect(made.along).toEqual([
    {
      name: app('prod/api').spec.name,
      words: expect.arrayContaining([expect.stringContaining('y')]) as unknown,
    },
  ])
  expect(made.message.trailers.filter((line) => line.startsWith('Wheelhouse-App:'))).toHaveLength(2)
  // The base is read by the other environment too, which does not return.
  expect(made.shared.map(({ path, apps: readers }) => [path, readers.map(({ name }) => name)])).toEqual([
    ['base/b.yaml', expect.arrayContaining([app('test/web').spec.name])],
  ])
})

test('a folder returns whole, also what no app reads in it, and nothing beside it', async () => {
  const made = await draft('prod/web', { kind: 'return', commit: oid(0), path: 'prod/' })
  expect(made.tree).toBe(gitTree(['.'], restore(0, 'prod')))
  expect(made.files.map(({ path }) => path)).toContain('prod/NOTES')
  expect(made.along?.map(({ name }) => name)).toContain(app('prod/api').spec.name)
  expect(made.message.subject).toContain('Return prod/ to')
  const { operationId } = await session.client.call('draft.land', {
    draftId: made.id,
    fingerprint: made.fingerprint,
    message: { subject: made.message.subject, body: made.message.body },
    acceptNotRendering: false,
  })
  expect(await session.ended(operationId)).toMatchObject({ state: 'done' })
  expect(repo.at(repo.remote, 'rev-parse', 'main^{tree}')).toBe(made.tree)
})

test('a folder that is not there, a way out of the clone, and apps apart are refused', async () => {
  for (const path of ['nowhere', '../clone', 'prod/web/w.yaml/x'])
    await expect(draft('prod/web', { kind: 'return', commit: oid(0), path })).rejects.toSatisfy(
      codeIn('RETURN_PATH_MISSING'),
    )
  repo.git('branch', 'other')
  const { spec } = app('prod/api')
  const apart = await session.client.call('apps.add', { ...spec, name: 'apart', branch: 'other' })
  await expect(draft('prod/web', { kind: 'return', commit: oid(0), apps: [apart.id] })).rejects.toSatisfy(
    codeIn('RETURN_APART'),
  )
})

test.each([
  ['neighbours', [1, 3]],
  ['in any order', [3, 1]],
  ['with one between', [2, 1, 3]],
])("several commits, %s, are taken back newest first, only what is the app's", async (_name, which) => {
  const made = await draft('prod/web', { kind: 'undo', commits: which.map(oid) })
  const newestFirst = which.toSorted((a, b) => b - a)
  expect(made.tree).toBe(gitTree(['prod/web', 'base'], revert(...newestFirst)))
})

test('chosen files of a commit, and of a range, are taken back alone', async () => {
  const one = await draft('prod/api', { kind: 'undo', commits: [oid(3)], paths: ['prod/api/x.yaml'] })
  expect(one.tree).toBe(gitTree(['prod/api/x.yaml'], revert(3)))
  const range = await draft('prod/api', {
    kind: 'undo-range',
    from: oid(0),
    to: oid(3),
    paths: ['prod/api/x.yaml'],
  })
  expect(range.tree).toBe(gitTree(['prod/api/x.yaml'], revert(3, 1)))
})

test('the undo of the undo is the tree before', async () => {
  const before = repo.git('rev-parse', 'HEAD^{tree}')
  const made = await draft('prod/api', { kind: 'undo', commits: [oid(3)] })
  const { operationId } = await session.client.call('draft.land', {
    draftId: made.id,
    fingerprint: made.fingerprint,
    message: { subject: 'undone', body: '' },
    acceptNotRendering: false,
  })
  expect(await session.ended(operationId)).toMatchObject({ state: 'done' })
  const again = await draft('prod/api', { kind: 'undo', commits: [repo.remoteTip()] })
  expect(again.tree).toBe(before)
})

test('a conflict decided by sides is what git makes of the same choice; the rest of the commit merges as ever', async () => {
  const undo: DraftAction = { kind: 'undo', commits: [oid(1)] }
  const conflicted = await draft('prod/api', undo)
  const [conflict] = conflicted.conflicts
  expect(conflict?.path).toBe('prod/api/x.yaml')
  for (const take of ['ours', 'theirs'] as const) {
    const resolutions = [{ take, path: 'prod/api/x.yaml', token: conflict?.token ?? '' }] as const
    const side = draft('prod/api', undo, { resolutions })
    if (take === 'ours') {
      // All that is left of the undo is what the branch has already.
      await expect(side).rejects.toSatisfy(codeIn('UNDO_NOTHING'))
      continue
    }
    expect((await side).tree).toBe(
      gitTree(['prod/api'], ['revert', '-n', '-Xno-renames', '-Xtheirs', oid(1)]),
    )
  }
})
