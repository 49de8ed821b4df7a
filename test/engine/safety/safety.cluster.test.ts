import { afterEach, expect, test } from 'vitest'
import type { SafetyReason } from '#contract'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { createScene } from '../journey/scene.ts'
import type { Scene } from '../journey/scene.ts'

// Each reason for a danger fires where the API server itself refuses the same manifests, and is silent on a twin that it takes.

const plane = sharedControlPlane()
let scene: Scene
afterEach(() => scene.close())

const claim = (size: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], storageClassName: none, resources: { requests: { storage: ${size} } } }\n`
const template = (label: string) =>
  `template: { metadata: { labels: { app: ${label} } }, spec: { containers: [{ name: c, image: "example/web:1.0" }] } }`
const deployment = (label: string, replicas = 1) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: ${replicas}, selector: { matchLabels: { app: ${label} } }, ${template(label)} }\n`
const set = (size: string, replicas = 1) =>
  `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db }\nspec: { replicas: ${replicas}, serviceName: db, selector: { matchLabels: { app: db } }, ${template('db')}, volumeClaimTemplates: [{ metadata: { name: d }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${size} } } } }] }\n`
const job = (image: string, more = '') =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: { name: once${more} }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: "example/web:${image}" }] } } }\n`
const frozen = (value: string, immutable = true) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\nimmutable: ${immutable}\ndata: { a: ${value} }\n`
const role = (name: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: r }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${name} }\nsubjects: [{ kind: User, name: ada, apiGroup: rbac.authorization.k8s.io }]\n`
const secret = (type: string, value = 'a') =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ntype: ${type}\nstringData: { pin: ${value} }\n`

/** The state to return to, what is live, the reason and the server's words; without them it is a fine twin. */
const cases = [
  ['a claim that would shrink', claim('1Gi'), claim('2Gi'), 'PVC_SHRINKS', /less than|immutable|forbidden/i],
  ['its twin of the same size', claim('1Gi'), claim('1024Mi')],
  ['another selector', deployment('old'), deployment('new'), 'IMMUTABLE_FIELD', /immutable/],
  ['its twin with other replicas', deployment('web', 1), deployment('web', 2)],
  ['other claims of a StatefulSet', set('1Gi'), set('2Gi'), 'IMMUTABLE_FIELD', /forbidden/i],
  ['its twin with other replicas', set('1Gi', 1), set('1Gi', 0)],
  ['another template of a Job', job('1.0'), job('2.0'), 'IMMUTABLE_FIELD', /immutable/],
  ['its twin, which is the same Job', job('1.0'), job('1.0') + `---\n${frozen('b', false)}`],
  ['data of an immutable ConfigMap', frozen('a'), frozen('b'), 'IMMUTABLE_FIELD', /immutable/],
  ['its twin that may change', frozen('a', false), frozen('b', false)],
  ['another role of a binding', role('view'), role('edit'), 'IMMUTABLE_FIELD', /cannot change roleRef/],
  ['its twin with the same role', role('view'), role('view') + `---\n${frozen('b', false)}`],
  ['another type of a Secret', secret('Opaque'), secret('example.com/pin'), 'IMMUTABLE_FIELD', /immutable/],
  ['its twin with other data', secret('Opaque', 'a'), secret('Opaque', 'b')],
] as const satisfies readonly (readonly [string, string, string, SafetyReason['code']?, RegExp?])[]

test.each(cases)('%s', async (_name, target, live, code?: SafetyReason['code'], words?: RegExp) => {
  scene = await createScene(plane, { 'apps/web/a.yaml': target })
  const commit = scene.repo.git('rev-parse', 'HEAD')
  scene.repo.commit('web: live', { 'apps/web/a.yaml': live })
  scene.repo.push()
  // By hand and not by a sync: a claim is never bound here, and a sync waits for it.
  await scene.applied(live)
  const dangers = await dangersOf(commit)
  const refused = await scene.applied(target, '--dry-run=server', '--server-side', '--force-conflicts').then(
    () => '',
    (error: unknown) => String(error),
  )
  if (code === undefined || words === undefined) {
    expect([dangers, refused]).toEqual([[], ''])
  } else {
    expect(new Set(dangers)).toEqual(new Set([code]))
    expect(refused).toMatch(words)
  }
})

async function dangersOf(commit: string): Promise<readonly string[]> {
  const { client } = scene.session
  const draft = await client.call('draft.create', {
    appId: scene.app.id,
    action: { kind: 'return', commit },
    shared: 'exclude',
  })
  const { reasons } = await client.call('draft.safety', { draftId: draft.id })
  await client.call('draft.discard', { draftId: draft.id })
  return reasons.filter(({ level }) => level === 'danger' || level === 'unknown').map(({ code }) => code)
}

const definition = (
  name: string,
  versions: readonly string[],
  storage: string,
) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${name}s.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: ${name.replace(/^./, (letter) => letter.toUpperCase())}, plural: ${name}s, singular: ${name} }
  versions:
${versions
  .map(
    (version) =>
      `    - { name: ${version}, served: true, storage: ${version === storage}, schema: { openAPIV3Schema: { type: object } } }\n`,
  )
  .join('')}`

test('a version that objects were stored in is missed, and one that none was stored in is not', async () => {
  const thing = `thing${Date.now().toString(36)}`
  scene = await createScene(plane, { 'apps/web/a.yaml': definition(thing, ['v1'], 'v1') })
  const commit = scene.repo.git('rev-parse', 'HEAD')
  // Live: v2 is stored too; the return would take it away.
  await scene.applied(definition(thing, ['v1', 'v2'], 'v2'))
  try {
    scene.repo.commit('web: v2', { 'apps/web/a.yaml': definition(thing, ['v1', 'v2'], 'v2') })
    scene.repo.push()
    expect(await dangersOf(commit)).toEqual(['CRD_STORED_VERSION_DROPPED'])
    await expect(scene.applied(definition(thing, ['v1'], 'v1'), '--dry-run=server')).rejects.toThrow(
      /storedVersions/,
    )
    scene.repo.commit('web: v3', { 'apps/web/a.yaml': definition(thing, ['v1', 'v2', 'v3'], 'v2') })
    scene.repo.push()
    expect(await dangersOf(scene.repo.git('rev-parse', 'HEAD~1'))).toEqual([])
  } finally {
    await scene.kubectl('delete', 'crd', `${thing}s.example.com`)
  }
})

test('a ConfigMap that is gone is missed, exactly what ran healthy is said, and its image was seen', async () => {
  const needs = deployment('web').replace('image:', 'envFrom: [{ configMapRef: { name: settings } }], image:')
  scene = await createScene(plane, { 'apps/web/a.yaml': needs })
  const commit = scene.repo.git('rev-parse', 'HEAD')
  await scene.applied('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { a: b }\n')
  expect(await scene.sync(await scene.plan())).toMatchObject({ state: 'done' })
  scene.repo.commit('web: without', { 'apps/web/a.yaml': deployment('web').replace('1.0', '2.0') })
  scene.repo.push()
  expect(await scene.sync(await scene.plan())).toMatchObject({ state: 'done' })
  const codes = async () => {
    const { client } = scene.session
    const draft = await client.call('draft.create', {
      appId: scene.app.id,
      action: { kind: 'return', commit },
      shared: 'exclude',
    })
    return (await client.call('draft.safety', { draftId: draft.id })).reasons.map(({ code }) => code)
  }
  expect(await codes()).toEqual(['RAN_HEALTHY'])
  await scene.kubectl('delete', 'configmap', 'settings')
  expect(await codes()).toEqual(['CONFIG_MISSING', 'RAN_HEALTHY'])
})
