import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Side } from '#contract'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { createScene } from '../journey/scene.ts'
import type { Scene } from '../journey/scene.ts'

const plane = sharedControlPlane()
let scene: Scene
afterEach(() => scene.close())

const deployment = (replicas: number, image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "example/web:${image}" }] }
`
const secret = (pin: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { pin: ${pin} }\n`

test('what runs is compared with a commit and with the work tree, without what the server filled in', async () => {
  scene = await createScene(plane, {
    'apps/web/web.yaml': deployment(2, '1.0'),
    'apps/web/s.yaml': secret('hush-1'),
  })
  expect(await scene.sync(await scene.plan())).toMatchObject({ state: 'done' })
  const compare = async (from: Side, to: Side) => {
    const compared = await scene.session.client.call('compare.run', { appId: scene.app.id, from, to })
    expect(JSON.stringify(compared)).not.toContain('hush')
    return compared.changes.map(({ key, words }) => `${key.kind}/${key.name}: ${words.join(', ')}`)
  }
  const live: Side = { kind: 'live' }
  expect(await compare(live, { kind: 'revision', revision: 'main' })).toEqual([])
  await scene.kubectl('scale', 'deploy/web', '--replicas=3')
  await scene.kubectl('patch', 'secret', 's', '-p', '{"stringData":{"pin":"hush-2"}}')
  expect(await compare(live, { kind: 'revision', revision: 'main' })).toEqual([
    'Secret/s: secret pin',
    'Deployment/web: replicas 3 -> 2',
  ])
  expect(await compare({ kind: 'revision', revision: 'main' }, live)).toEqual([
    'Secret/s: secret pin',
    'Deployment/web: replicas 2 -> 3',
  ])
  writeFileSync(join(scene.repo.clone, 'apps/web/web.yaml'), deployment(3, '2.0'))
  writeFileSync(join(scene.repo.clone, 'apps/web/s.yaml'), secret('hush-2'))
  expect(await compare(live, { kind: 'worktree' })).toEqual(['Deployment/web: image 1.0 -> 2.0'])
})
