import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { AppSpec, TimelineRow } from '#contract'
import { codeOf, deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import type { TestSession } from '../helpers/session.ts'
import { oddFiles } from './files.ts'
import { readRows } from './journey.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

type Scene = {
  readonly repo: TestRepo
  readonly session: TestSession
  readonly appId: string
  readonly rows: () => Promise<readonly TimelineRow[]>
}

async function open(repo: TestRepo, path = 'web', tool: AppSpec['tool'] = 'plain'): Promise<Scene> {
  const session = await openTestSession({})
  endings.push(
    () => session.close(),
    () => repo.remove(),
  )
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const spec: AppSpec = { name: 'web', cloneId, path, branch: 'main', tool, cruise: 'off' }
  const { id: appId } = await session.client.call('apps.add', spec)
  return { repo, session, appId, rows: () => readRows(session.client, appId) }
}

const web = deployment('a:1', 1)
const key = { group: 'apps', kind: 'Deployment', namespace: '', name: 'web' }

function scale({ session, appId }: Scene): Promise<string> {
  const action = { kind: 'scale' as const, edits: [{ key, replicas: 7 }] }
  return codeOf(session.client.call('draft.create', { appId, action, shared: 'ask' }))
}

/** Each is a row of the table in the README; the last test holds that none is without. */
const tested = new Set<string>()
function feature(name: string, run: () => Promise<void>): void {
  tested.add(name)
  test(name, run)
}

feature('Symbolic links within the repository', async () => {
  const repo = createTestRepo()
  repo.commit('one', {
    'shared/web.yaml': web,
    'web/other.yaml': deployment('a:1', 1).replaceAll('web', 'other'),
  })
  symlinkSync('../shared/web.yaml', join(repo.clone, 'web/web.yaml'))
  repo.commit('two', {})
  repo.commit('three', { 'shared/web.yaml': deployment('a:2', 1) })
  const { rows } = await open(repo)
  expect((await rows()).map(({ commit, effect }) => [commit.subject, effect])).toEqual([
    ['three', 'changed'],
    ['two', 'changed'],
    ['one', 'changed'],
  ])
})

feature('Symbolic links out of it', async () => {
  const repo = createTestRepo()
  repo.commit('one', { 'web/web.yaml': web })
  symlinkSync('/etc/hostname', join(repo.clone, 'web/out.yaml'))
  repo.commit('two', {})
  const { session, rows, appId } = await open(repo)
  expect((await rows()).map(({ effect }) => effect)).toEqual(['unknown', 'changed'])
  await session.rowWhere(appId, ({ problem }) => problem?.code === 'RENDER_SYMLINK_OUTSIDE')
})

feature('Submodule (a base inside)', async () => {
  const repo = createTestRepo()
  const base = createTestRepo()
  endings.push(() => base.remove())
  base.commit('base one', { 'k8s/web.yaml': web, 'k8s/kustomization.yaml': 'resources: [web.yaml]\n' })
  base.push()
  repo.commit('one', { 'web/kustomization.yaml': 'resources: [../lib/base/k8s]\n' })
  const file = ['-c', 'protocol.file.allow=always'] as const
  repo.git(...file, 'submodule', '-q', 'add', base.remote, 'lib/base')
  repo.commit('two', {})
  base.commit('base two', { 'k8s/web.yaml': deployment('a:2', 1) })
  base.push()
  repo.git(...file, '-C', 'lib/base', 'pull', '-q')
  repo.commit('three', {})
  const scene = await open(repo, 'web', 'kustomize')
  expect((await scene.rows()).map(({ commit, effect }) => [commit.subject, effect])).toEqual([
    ['three', 'changed'],
    ['two', 'unknown'],
    ['one', 'unknown'],
  ])
  // Shown, and never written: it is another repository's.
  expect(await scale(scene)).toBe('EDIT_NOT_PROVEN')
  const without = createTestRepo()
  repo.git('push', '-q', without.clone, 'main:refs/heads/other')
  without.git('checkout', '-q', '-B', 'main', 'other')
  const { session, appId } = await open(without, 'web', 'kustomize')
  await session.rowWhere(appId, ({ problem }) => problem?.code === 'REPO_SUBMODULE_MISSING')
})

feature('Git LFS', async () => {
  const repo = createTestRepo()
  repo.commit('one', {
    'web/web.yaml': web,
    'web/data.yaml': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`,
  })
  const { session, appId } = await open(repo)
  await session.rowWhere(appId, ({ problem }) => problem?.code === 'RENDER_SEALED_FILE')
})

feature('git-crypt', async () => {
  const repo = createTestRepo()
  repo.commit('one', { 'web/web.yaml': web })
  writeFileSync(join(repo.clone, 'web/secret.yaml'), '\0GITCRYPT\0abcdef')
  repo.commit('two', {})
  const { session, appId } = await open(repo)
  await session.rowWhere(appId, ({ problem }) => problem?.code === 'RENDER_SEALED_FILE')
})

feature('SOPS', async () => {
  const repo = createTestRepo()
  const sealed = `${web.replace('a:1', 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]')}sops:\n  mac: ENC[AES256_GCM,data:x,type:str]\n`
  repo.commit('one', { 'web/web.yaml': sealed })
  const scene = await open(repo)
  expect(await scale(scene)).toBe('EDIT_NOT_PROVEN')
})

feature('File names that are not UTF-8', async () => {
  const repo = createTestRepo()
  repo.commit('one', { 'web/web.yaml': web })
  writeFileSync(Buffer.concat([Buffer.from(`${repo.clone}/web/`), Buffer.from([0x62, 0xff])]), 'x')
  repo.commit('two', {})
  const { rows } = await open(repo)
  expect((await rows()).map(({ effect }) => effect)).toEqual(['none', 'changed'])
})

test('every row of the table is tested, and no other', () => {
  expect([...tested].toSorted()).toEqual(oddFiles.map(({ feature: name }) => name).toSorted())
})
