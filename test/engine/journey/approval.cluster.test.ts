import { afterEach, expect, test } from 'vitest'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { createScene, yes } from './scene.ts'
import type { Scene } from './scene.ts'

const plane = sharedControlPlane()
let scene: Scene
afterEach(() => scene.close())

const config = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: "${value}"\n`

test('two windows that approve the same plan: one sync runs, the other is told', async () => {
  scene = await createScene(plane, { 'apps/web/settings.yaml': config('1') })
  const { id, fingerprint } = await scene.plan()
  const approve = () =>
    scene.session.client.call('sync.run', { planId: id, fingerprint, decisions: yes }).then(
      ({ operationId }) => operationId,
      ({ failure }: { readonly failure: { readonly code: string } }) => failure.code,
    )
  const answers = await Promise.all([approve(), approve()])
  expect(answers).toContain('SYNC_RUNNING')
  const [operationId = ''] = answers.filter((answer) => answer !== 'SYNC_RUNNING')
  expect(await scene.session.ended(operationId)).toMatchObject({ state: 'done' })
})

test('a plan is approved as it was shown: with another fingerprint it is stale, and so is one that was synced', async () => {
  scene = await createScene(plane, { 'apps/web/settings.yaml': config('1') })
  const plan = await scene.plan()
  await expect(scene.sync({ ...plan, fingerprint: 'other' })).rejects.toMatchObject({
    failure: { code: 'PLAN_STALE' },
  })
  scene.repo.commit('web: two', { 'apps/web/settings.yaml': config('2') })
  scene.repo.push()
  await scene.applied(config('3'))
  expect(await scene.sync(plan)).toMatchObject({ state: 'stopped', failure: { code: 'SYNC_STOPPED' } })
  expect(await scene.kubectl('get', 'configmap', 'settings', '-o', 'jsonpath={.data.a}')).toBe('3')
})
