import { chmodSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Scene } from './scene.ts'
import { changeOf, createScene } from './scene.ts'
import { sharedControlPlane } from '../../control-plane/shared.ts'

const plane = sharedControlPlane()
let scene: Scene
afterEach(() => scene.close())

const deployment = (replicas: number, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web${more}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: example/web:1.0
`
const config = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n${data}`

type Entry = { readonly manager: string }
type Live = {
  readonly metadata: {
    readonly resourceVersion: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly managedFields: readonly Entry[]
  }
  readonly data?: unknown
}
const liveOf = async (kind: string, name: string) =>
  JSON.parse(await scene.kubectl('get', kind, name, '-o', 'json', '--show-managed-fields')) as Live
const managers = ({ metadata }: Live) =>
  [...new Set(metadata.managedFields.map(({ manager }) => manager))].toSorted()
const key = () => ({ group: 'apps', kind: 'Deployment', namespace: scene.namespace, name: 'web' })

test('drift by kubectl scale and by kubectl edit comes on screen with its manager; the sync repairs what is ours', async () => {
  scene = await createScene(plane, { 'apps/web/web.yaml': deployment(2) })
  expect(await scene.sync(await scene.plan())).toMatchObject({ state: 'done' })
  await scene.row(({ sync }) => sync.status === 'synced')

  await scene.kubectl('scale', 'deploy/web', '--replicas=1')
  const scaled = await scene.row(({ sync }) => sync.status === 'out-of-sync')
  expect(scaled.sync.message).toBe('1 to update, changed by kubectl.')
  await edit('s/^spec:$/spec:\\n  minReadySeconds: 1/')
  const edited = await scene.row(({ sync }) => sync.undeclared === 1)
  expect(edited.sync.message).toBe('1 to update, 1 undeclared field, changed by kubectl and kubectl-edit.')
  // Drifted further, and the words are the same: a window that shows the plan has to hear of it.
  await scene.kubectl('scale', 'deploy/web', '--replicas=3')
  await scene.row(({ sync }) => sync.message === edited.sync.message && sync.digest !== edited.sync.digest)

  const plan = await scene.plan()
  const change = changeOf(plan, 'Deployment', 'web')
  expect(change.contested).toMatchObject([{ path: '.spec.replicas', manager: 'kubectl', overrule: true }])
  expect(change.undeclared).toMatchObject([
    { path: '.spec.minReadySeconds', manager: 'kubectl-edit', value: 1 },
  ])
  expect(await scene.sync(plan)).toMatchObject({ state: 'done' })
  expect(
    await scene.kubectl('get', 'deploy', 'web', '-o', 'jsonpath={.spec.replicas} {.spec.minReadySeconds}'),
  ).toBe('2 1')
  const left = await scene.row(({ sync }) => sync.status === 'synced' && sync.undeclared === 1)
  expect(left.sync.message).toBe('Equal to Git with 1 undeclared field, changed by kubectl-edit.')
})

test('an app made by kubectl apply is taken over, scaled and rolled back', async () => {
  const first = deployment(2)
  scene = await createScene(plane, {
    'apps/web/web.yaml': first,
    'apps/web/settings.yaml': config('  a: "1"\n  b: "2"\n'),
  })
  await scene.applied(`${first}---\n${config('  a: "1"\n  b: "2"\n')}`)
  const before = scene.repo.git('rev-parse', 'HEAD')

  const plan = await scene.plan()
  expect(plan.changes.map(({ key: { name }, action, takeOver }) => [name, action, takeOver])).toEqual([
    ['settings', 'update', true],
    ['web', 'update', true],
  ])
  expect(plan.warnings).toContain('2 object(s) made by kubectl are taken over.')
  expect(await scene.sync(plan)).toMatchObject({ state: 'done' })
  const taken = await liveOf('configmap', 'settings')
  expect(managers(taken)).toEqual(['wheelhouse'])
  expect(taken.metadata.annotations).not.toHaveProperty(['kubectl.kubernetes.io/last-applied-configuration'])

  expect(await scene.land({ kind: 'scale', edits: [{ key: key(), replicas: 4 }] })).toMatchObject({
    state: 'done',
  })
  expect(await scene.kubectl('get', 'deploy', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('4')

  // What kubectl had set and Git gives up is gone, which a merge without the take-over would keep.
  scene.repo.commit('web: drop b', { 'apps/web/settings.yaml': config('  a: "1"\n') })
  scene.repo.push()
  await scene.session.client.call('apps.refresh', { appId: scene.app.id })
  expect(await scene.sync(await scene.plan())).toMatchObject({ state: 'done' })
  expect((await liveOf('configmap', 'settings')).data).toEqual({ a: '1' })

  expect(await scene.land({ kind: 'return', commit: before })).toMatchObject({ state: 'done' })
  expect((await liveOf('configmap', 'settings')).data).toEqual({ a: '1', b: '2' })
  expect(await scene.kubectl('get', 'deploy', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('2')
  await scene.row(({ health, sync }) => health.status === 'Healthy' && sync.status === 'synced')
})

/** `kubectl edit` with an editor that is a line of sed. */
async function edit(expression: string): Promise<void> {
  const editor = join(scene.repo.dir, 'editor.sh')
  writeFileSync(editor, `#!/bin/sh\nsed -i -e '${expression}' "$1"\n`)
  chmodSync(editor, 0o755)
  const child = spawn(
    plane.kubectlCommand,
    ['-n', scene.namespace, 'edit', 'deploy/web', `--cache-dir=${plane.kubectlCache}`],
    {
      env: { ...process.env, KUBECONFIG: plane.kubeconfig, KUBE_EDITOR: editor },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`kubectl edit answered ${code}.`)
}
