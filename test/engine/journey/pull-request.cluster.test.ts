import { writeFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { onReceive, openForge, protectMain } from '../../helpers/landing-scene.ts'
import { createScene, yes } from './scene.ts'
import type { Scene } from './scene.ts'

// A sync that was approved with a pull request: carried out once it is merged, if it still is what was approved.

const plane = sharedControlPlane()
let scene: Scene
afterEach(() => scene.close())

const config = (value: string, extra = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: "${value}"\n${extra}`

async function proposed() {
  scene = await createScene(plane, { 'apps/web/settings.yaml': config('1') })
  const { repo, session, app } = scene
  const first = repo.git('rev-parse', 'main')
  repo.commit('web: two', { 'apps/web/settings.yaml': config('2') })
  repo.push()
  await scene.sync(await scene.plan())
  onReceive(repo, protectMain)
  const draft = await session.client.call('draft.create', {
    appId: app.id,
    action: { kind: 'return', commit: first },
    shared: 'exclude',
    landing: 'pull-request',
  })
  const plan = await session.client.call('draft.plan', { draftId: draft.id })
  const { operationId } = await session.client.call('draft.land', {
    draftId: draft.id,
    fingerprint: draft.fingerprint,
    message: { subject: draft.message.subject, body: draft.message.body },
    acceptNotRendering: false,
    sync: { planId: plan.id, fingerprint: plan.fingerprint, decisions: yes },
  })
  const waiting = await session.ended(operationId)
  expect([waiting.state, waiting.failure]).toEqual(['waiting', undefined])
  expect(await live()).toBe('2')
  return { operationId, branch: waiting.pullRequest?.branch ?? '', forge: openForge(scene) }
}

function live(): Promise<string> {
  return scene.kubectl('get', 'configmap', 'settings', '-o', 'jsonpath={.data.a}')
}

async function look(operationId: string) {
  await scene.session.client.call('operations.resume', { operationId })
  return scene.session.ended(operationId)
}

test('merged by a squash, exactly what was approved is synced', async () => {
  const { operationId, branch, forge } = await proposed()
  forge('merge', '-q', '--squash', `origin/${branch}`)
  forge('commit', '-q', '-m', 'Return web (#7)')
  forge('push', '-q', 'origin', 'main', `:${branch}`)
  const done = await look(operationId)
  expect([done.state, done.failure]).toEqual(['done', undefined])
  expect(await live()).toBe('1')
  const odd = done.steps.filter(({ state }) => state !== 'done')
  expect(odd.map(({ name, state }) => [name, state])).toEqual([['prune', 'skipped']])
})

test('merged with what a reviewer added, it stops before the cluster and shows the new plan', async () => {
  const { operationId, branch, forge } = await proposed()
  forge('checkout', '-q', branch)
  const file = `${forge('rev-parse', '--show-toplevel')}/apps/web/settings.yaml`
  writeFileSync(file, config('1', '  b: "reviewed"\n'))
  forge('commit', '-q', '-am', 'as reviewed')
  forge('checkout', '-q', 'main')
  forge('merge', '-q', '--no-ff', '-m', 'Merge pull request #7', branch)
  forge('push', '-q', 'origin', 'main')
  const stopped = await look(operationId)
  expect([stopped.state, stopped.failure?.code]).toEqual(['stopped', 'SYNC_STOPPED'])
  expect(stopped.planId).toBeDefined()
  expect(await live()).toBe('2')
})
