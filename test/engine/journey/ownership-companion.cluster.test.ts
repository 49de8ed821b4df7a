import { afterEach, expect, test } from 'vitest'
import { isObject } from '#core'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { createScene } from './scene.ts'
import type { Scene } from './scene.ts'

const plane = sharedControlPlane()
let scene: Scene
afterEach(() => scene.close())

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers: [{ name: web, image: example/web:1.0 }]
`
const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: "1"\n'

/** How each controller leaves its objects behind: the manager it writes as, and its marks on the Deployment. */
const owners = [
  [
    'Argo CD (shop)',
    'argocd-controller',
    ['annotate', 'argocd.argoproj.io/tracking-id=shop:apps/Deployment:x/web'],
  ],
  ['Argo CD (shop)', 'argocd-controller', ['label', 'app.kubernetes.io/instance=shop']],
  [
    'Flux (flux-system/shop)',
    'kustomize-controller',
    ['label', 'kustomize.toolkit.fluxcd.io/name=shop', 'kustomize.toolkit.fluxcd.io/namespace=flux-system'],
  ],
  [
    'Flux (flux-system/shop)',
    'helm-controller',
    [
      'label',
      'helm.toolkit.fluxcd.io/name=shop',
      'helm.toolkit.fluxcd.io/namespace=flux-system',
      'app.kubernetes.io/managed-by=Helm',
    ],
  ],
] as const

test.each(owners)(
  'an app that %s owns, written by %s and known by %j, is committed and pushed, and never written to',
  async (owner, manager, [verb, ...marks]) => {
    scene = await createScene(plane, {
      'apps/web/web.yaml': deployment,
      'apps/web/settings.yaml': settings.replace('"1"', '"2"'),
    })
    await scene.applied(`${deployment}---\n${settings}`, '--server-side', `--field-manager=${manager}`)
    await scene.kubectl(verb, 'deploy/web', ...marks, `--field-manager=${manager}`)
    const followed = await scene.row(
      ({ sync, health, ready }) => sync.status === 'companion' && health.status === 'Healthy' && ready === 2,
    )
    expect(followed.sync.message).toBe(`${owner} syncs it.`)
    const before = await written()

    const plan = await scene.plan()
    expect(plan).toMatchObject({ companion: owner, synced: false, blocks: [{ code: 'COMPANION_MODE' }] })
    expect(plan.blocks[0]?.message).toContain(owner)
    await expect(scene.sync(plan)).rejects.toMatchObject({ failure: { code: 'COMPANION_MODE' } })

    const key = { group: 'apps', kind: 'Deployment', namespace: scene.namespace, name: 'web' }
    const scale = { kind: 'scale', edits: [{ key, replicas: 3 }] } as const
    const tip = scene.repo.remoteTip()
    // Approving a sync with it is refused while nothing is done yet.
    await expect(scene.land(scale)).rejects.toMatchObject({ failure: { code: 'COMPANION_MODE' } })
    expect(scene.repo.remoteTip()).toBe(tip)
    const landed = await scene.land(scale, 'push-only')
    expect(landed).toMatchObject({ state: 'done' })
    expect(scene.repo.remoteTip()).toBe(landed.commit)
    expect(landed.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'commit done',
      'push done',
      'fast-forward done',
    ])
    expect(landed.steps[1]?.words).toBe(`${landed.commit?.slice(0, 7)} is on origin/main: ${owner} syncs it`)
    expect(await written()).toEqual(before)

    // Its owner follows, and the health with it: one look is enough.
    await scene.applied(
      deployment.replace('replicas: 2', 'replicas: 3'),
      '--server-side',
      `--field-manager=${manager}`,
    )
    await scene.row(({ ready, health }) => ready === 3 && health.status === 'Healthy')
    expect(await written()).not.toEqual(before)
  },
)

/**
 * All that writes leave behind in the namespace, but what controllers report in `status`: a write of ours would be a new object, a new
 * manager, another label or a later time of an entry.
 */
async function written(): Promise<readonly unknown[]> {
  const kinds = 'deployments,replicasets,pods,configmaps,secrets,services,serviceaccounts,leases'
  const text = await scene.kubectl('get', kinds, '-o', 'json', '--show-managed-fields')
  const { items } = JSON.parse(text) as { readonly items: readonly unknown[] }
  return items.map((item) => JSON.parse(JSON.stringify(item, withoutStatus)) as unknown)
}

function withoutStatus(name: string, value: unknown): unknown {
  if (name === 'status' || name === 'resourceVersion') return undefined
  if (name !== 'managedFields' || !Array.isArray(value)) return value
  return value.filter((entry) => !(isObject(entry) && entry.subresource === 'status'))
}
