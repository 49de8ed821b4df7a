import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App, Draft, DraftAction } from '#contract'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

// What a person may try that is refused: its code, and nothing has happened.

let repo: TestRepo
let session: TestSession
let web: App
let cloneId = ''

const deployment = (image: string, replicas = 2) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: ${replicas}\n  template:\n    spec:\n      containers:\n        - name: web\n          image: ${image}\n`
const kustomization = 'resources: [../base]\n'

beforeAll(async () => {
  repo = createTestRepo()
  repo.commit('first', {
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': deployment('a:1'),
    'web/kustomization.yaml': kustomization,
    'other/kustomization.yaml': kustomization,
    'scaled/kustomization.yaml': 'resources: [web.yaml, scaler.yaml]\n',
    'scaled/web.yaml': deployment('a:1'),
    'scaled/scaler.yaml':
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  minReplicas: 2\n  maxReplicas: 6\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }\n',
  })
  repo.push()
  session = await openTestSession({})
  cloneId = (await session.client.call('clones.add', { path: repo.clone })).id
  web = await added('web')
})
afterAll(async () => {
  await session.close()
  repo.remove()
})

async function added(name: string): Promise<App> {
  const found = await session.client.call('apps.discover', { cloneId })
  const spec = found.find((one) => one.spec.path === name)?.spec
  if (spec === undefined) throw new Error(`${name} was not discovered.`)
  return session.client.call('apps.add', spec)
}

function draft(appId: string, action: DraftAction, shared: 'ask' | 'include' = 'include'): Promise<Draft> {
  return session.client.call('draft.create', { appId, action, shared })
}

function land({ id, fingerprint, message }: Draft) {
  return session.client.call('draft.land', {
    draftId: id,
    fingerprint,
    message: { subject: message.subject, body: message.body },
    acceptNotRendering: false,
  })
}

const refused = (code: string) => ({ failure: { code } })

test('APP_EXISTS: two apps of one name', async () => {
  await expect(added('web')).rejects.toMatchObject(refused('APP_EXISTS'))
})

test('APP_INVALID: a Helm app without a release', async () => {
  const spec = { ...web.spec, name: 'chart', tool: 'helm' as const }
  await expect(session.client.call('apps.add', spec)).rejects.toMatchObject(refused('APP_INVALID'))
})

test('APP_NO_DESTINATION: a plan of an app that has none', async () => {
  await expect(session.client.call('plan.create', { appId: web.id })).rejects.toMatchObject(
    refused('APP_NO_DESTINATION'),
  )
})

test('CLONE_NOT_TRUSTED: the network before the clone is trusted, and trust in what has changed since', async () => {
  await expect(session.client.call('clones.fetch', { cloneId })).rejects.toMatchObject(
    refused('CLONE_NOT_TRUSTED'),
  )
  const { fingerprint } = await session.client.call('clones.inspect', { cloneId })
  repo.git('config', 'core.sshCommand', 'ssh -o ProxyCommand=evil')
  await expect(session.client.call('clones.trust', { cloneId, fingerprint })).rejects.toMatchObject(
    refused('CLONE_NOT_TRUSTED'),
  )
  repo.git('config', '--unset', 'core.sshCommand')
})

test('AUTOSCALER_OWNS: a count that an autoscaler keeps', async () => {
  const scaled = await added('scaled')
  const key = { group: 'apps', kind: 'Deployment', namespace: '', name: 'web' }
  await expect(draft(scaled.id, { kind: 'scale', edits: [{ key, replicas: 5 }] })).rejects.toMatchObject(
    refused('AUTOSCALER_OWNS'),
  )
})

test('DRAFT_NEEDS_CHOICE: inputs that another app reads, until somebody has chosen', async () => {
  await added('other')
  const upgrade = repo.commit('base: 2', { 'base/web.yaml': deployment('a:2') })
  repo.push()
  const asked = await draft(web.id, { kind: 'undo', commits: [upgrade] }, 'ask')
  expect(asked).toMatchObject({
    needs: ['shared'],
    shared: [{ path: 'base/web.yaml', apps: [{ name: 'other' }] }],
  })
  await expect(land(asked)).rejects.toMatchObject(refused('DRAFT_NEEDS_CHOICE'))
  expect(repo.remoteTip()).toBe(upgrade)
})

test('UNDO_CONFLICT, DRAFT_BLOCKED: a change that a later one went over', async () => {
  const first = repo.commit('base: 3', { 'base/web.yaml': deployment('a:3') })
  const second = repo.commit('base: 4', { 'base/web.yaml': deployment('a:4') })
  repo.push()
  const blocked = await draft(web.id, { kind: 'undo', commits: [first] })
  expect(blocked.blocks).toMatchObject([{ code: 'UNDO_CONFLICT' }])
  await expect(land(blocked)).rejects.toMatchObject(refused('DRAFT_BLOCKED'))
  expect(repo.remoteTip()).toBe(second)
})

test('UNDO_NOTHING, RETURN_NOTHING: what is so already', async () => {
  const up = repo.commit('base: 5', { 'base/web.yaml': deployment('a:5') })
  repo.git('revert', '--no-edit', up)
  repo.push()
  await expect(draft(web.id, { kind: 'undo', commits: [up] })).rejects.toMatchObject(refused('UNDO_NOTHING'))
  const tip = repo.git('rev-parse', 'HEAD')
  await expect(draft(web.id, { kind: 'return', commit: tip })).rejects.toMatchObject(
    refused('RETURN_NOTHING'),
  )
})
