import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { App, Draft, DraftAction, Upgrades } from '#contract'
import { withSources } from '#contract'
import { deployment } from '../../helpers/landing-scene.ts'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'
import { told } from './source-scene.ts'

// What the window asks: of a commit, of a draft, and for the form.

let configuration: TestRepo
let source: TestRepo
let session: TestSession
let web: App
let upgraded: string

beforeEach(async () => {
  source = createTestRepo()
  source.commit('begin', { a: '1' })
  source.git('tag', 'v1.4')
  source.commit('checkout', { a: '2' })
  source.git('tag', 'v1.5')
  source.git('remote', 'set-url', 'origin', 'git@git.example:acme/shop-front.git')
  configuration = createTestRepo()
  configuration.commit('first', { 'web/web.yaml': deployment('acme/web:1.4', 2) })
  upgraded = configuration.commit('upgrade', { 'web/web.yaml': deployment('acme/web:1.5', 2) })
  configuration.commit('replicas', { 'web/web.yaml': deployment('acme/web:1.5', 3) })
  configuration.push()
  session = await openTestSession({})
  const { id: cloneId } = await session.client.call('clones.add', { path: configuration.clone })
  const [found] = await session.client.call('apps.discover', { cloneId })
  if (found === undefined) throw new Error('Nothing was discovered.')
  web = await session.client.call('apps.add', found.spec)
})
afterEach(async () => {
  await session.close()
  source.remove()
  configuration.remove()
})

async function nameSource(): Promise<string> {
  const { id } = await session.client.call('clones.add', { path: source.clone })
  const spec = withSources(web.spec, [{ image: 'acme/*', cloneId: id }])
  await session.client.call('apps.update', { appId: web.id, spec })
  return id
}
const ofCommit = (commit: string) =>
  session.client.call('source.upgrades', { kind: 'commit', appId: web.id, commit })
const draftOf = (action: DraftAction): Promise<Draft> =>
  session.client.call('draft.create', { appId: web.id, action, shared: 'ask' })
const shown = ({ upgrades }: Upgrades) =>
  upgrades.map(({ image, from, to, found }) => `${image} ${from} ${to} ${told(found)}`)

test('of a commit: what its upgrade brought, and nothing where no image changed', async () => {
  expect(shown(await ofCommit(upgraded))).toEqual(['acme/web 1.4 1.5 unnamed'])
  await nameSource()
  const answer = await ofCommit(upgraded)
  expect(shown(answer)).toEqual(['acme/web 1.4 1.5 upgrade: +checkout'])
  expect([answer.from, answer.to]).toEqual([configuration.git('rev-parse', `${upgraded}~1`), upgraded])
  expect((await ofCommit(configuration.git('rev-parse', 'main'))).upgrades).toEqual([])
  // The first commit of all has nothing before it.
  expect((await ofCommit(configuration.git('rev-parse', `${upgraded}~1`))).upgrades).toEqual([])
})

test('of a draft: what the way back takes with it, before anything is in the repository', async () => {
  await nameSource()
  const draft = await draftOf({ kind: 'undo', commits: [upgraded] })
  const asked = { kind: 'draft', draftId: draft.id } as const
  const answer = await session.client.call('source.upgrades', asked)
  expect(shown(answer)).toEqual(['acme/web 1.5 1.4 downgrade: -checkout'])
  expect([answer.from, answer.to]).toEqual([draft.base, undefined])
  await session.client.call('draft.discard', { draftId: draft.id })
  await expect(session.client.call('source.upgrades', asked)).rejects.toMatchObject({
    failure: { code: 'DRAFT_GONE' },
  })
})

test('a commit that does not render is said, and a clone that was removed too', async () => {
  const cloneId = await nameSource()
  const broken = configuration.commit('broken', { 'web/web.yaml': 'kind: [\n' })
  const { problems } = await ofCommit(broken)
  expect(problems.length).toBeGreaterThan(0)
  await session.client.call('clones.remove', { cloneId })
  expect(shown(await ofCommit(upgraded))).toEqual(['acme/web 1.4 1.5 SOURCE_CLONE_GONE'])
})

test('a source clone is proposed by its name or by the label of the image, and taken only when it is saved', async () => {
  const suggest = () => session.client.call('source.suggest', { spec: web.spec })
  expect(await suggest()).toEqual({ images: ['acme/web'], suggestions: [] })
  const { id } = await session.client.call('clones.add', { path: source.clone })
  expect((await suggest()).suggestions).toEqual([])
  const labelled = JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      annotations: { 'org.opencontainers.image.source': 'https://git.example/acme/shop-front' },
    },
    spec: { template: { spec: { containers: [{ name: 'web', image: 'acme/web:1.5' }] } } },
  })
  configuration.commit('label', { 'web/web.yaml': labelled })
  configuration.push()
  expect((await suggest()).suggestions).toEqual([
    {
      source: { image: 'acme/web', cloneId: id },
      why: 'its label org.opencontainers.image.source names the remote of clone',
    },
  ])
  expect(shown(await ofCommit(upgraded))).toEqual(['acme/web 1.4 1.5 unnamed'])
})

test('sources outlast the process, and a file from before there were any is read as it is', async () => {
  const id = await nameSource()
  const { dataDir } = session
  await session.close('keep')
  session = await openTestSession({ dataDir })
  expect(shown(await ofCommit(upgraded))).toEqual(['acme/web 1.4 1.5 upgrade: +checkout'])
  await session.close('keep')
  const clones = [configuration, source].map(({ clone }, index) => ({
    id: index === 0 ? web.spec.cloneId : id,
    name: 'c',
    path: clone,
  }))
  const old = { version: 1, settings: { theme: 'dark' }, clones, apps: [{ id: web.id, spec: web.spec }] }
  expect(JSON.stringify(old)).not.toContain('sources')
  writeFileSync(join(dataDir, 'workspace.json'), JSON.stringify(old))
  session = await openTestSession({ dataDir })
  expect((await session.client.call('settings.get', {})).notice).toBeUndefined()
  expect(shown(await ofCommit(upgraded))).toEqual(['acme/web 1.4 1.5 unnamed'])
})

test('a source that names no image is refused', async () => {
  const spec = withSources(web.spec, [{ image: 'acme/web:1.5', cloneId: 'c' }])
  await expect(session.client.call('apps.update', { appId: web.id, spec })).rejects.toMatchObject({
    failure: { code: 'BAD_REQUEST' },
  })
})
