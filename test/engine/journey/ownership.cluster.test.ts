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
  await scene.row(({ sync }) => sync.status === 'out-of-sync')
  await edit('s/^spec:$/spec:\\n  minReadySeconds: 1/')
  await scene.row(({ sync }) => sync.undeclared === 1)

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
  await scene.row(({ sync }) => sync.status === 'synced' && sync.undeclared === 1)
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

test.each([
  [
    'Argo CD (web)',
    (name: string) => `annotate deploy/${name} argocd.argoproj.io/tracking-id=web:apps/Deployment:x/web`,
  ],
  [
    'Flux (flux-system/web)',
    (name: string) =>
      `label deploy/${name} kustomize.toolkit.fluxcd.io/name=web kustomize.toolkit.fluxcd.io/namespace=flux-system`,
  ],
])('an app that %s owns is committed and pushed, and never written to', async (owner, mark) => {
  scene = await createScene(plane, { 'apps/web/web.yaml': deployment(2) })
  await scene.applied(deployment(2))
  await scene.kubectl(...mark('web').split(' '))
  await scene.row(({ sync, health }) => sync.status === 'companion' && health.status === 'Healthy')
  const before = await liveOf('deploy', 'web')

  const plan = await scene.plan()
  expect(plan).toMatchObject({ companion: owner, blocks: [{ code: 'COMPANION_MODE' }] })
  await expect(scene.sync(plan)).rejects.toMatchObject({ failure: { code: 'PLAN_BLOCKED' } })

  const landed = await scene.land({ kind: 'scale', edits: [{ key: key(), replicas: 3 }] }, 'push-only')
  expect(landed).toMatchObject({ state: 'done' })
  expect(scene.repo.remoteTip()).toBe(landed.commit)
  expect(landed.steps.map(({ name, state }) => `${name} ${state}`)).toMatchInlineSnapshot(`
    [
      "commit done",
      "push done",
      "fast-forward done",
    ]
  `)
  const after = await liveOf('deploy', 'web')
  expect(managers(after)).toEqual(managers(before))
  expect(managers(after).filter((manager) => manager.startsWith('wheelhouse'))).toEqual([])
  expect(await scene.kubectl('get', 'deploy', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('2')
  expect(await scene.kubectl('get', 'configmaps', '-o', 'name')).not.toContain('wheelhouse')

  // Its owner follows: health is watched to the end.
  await scene.kubectl('scale', 'deploy/web', '--replicas=3')
  await scene.row(({ ready, health }) => ready === 3 && health.status === 'Healthy')
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
