import { afterEach, expect, test } from 'vitest'
import type { SafetyReason, TimelineRow } from '#contract'
import { reasonMarks } from '#core'
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
  expect(await markedDangers(commit)).toEqual(marksFor(dangers))
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

async function dangersOf(commit: string): Promise<readonly SafetyReason['code'][]> {
  const reasons = await reasonsOf(commit)
  return reasons.filter(({ level }) => level === 'danger' || level === 'unknown').map(({ code }) => code)
}

async function codesOf(commit: string): Promise<readonly SafetyReason['code'][]> {
  return (await reasonsOf(commit)).map(({ code }) => code)
}

async function reasonsOf(commit: string): Promise<readonly SafetyReason[]> {
  const { client } = scene.session
  const draft = await client.call('draft.create', {
    appId: scene.app.id,
    action: { kind: 'return', commit },
    shared: 'exclude',
  })
  const { reasons } = await client.call('draft.safety', { draftId: draft.id })
  await client.call('draft.discard', { draftId: draft.id })
  return reasons
}

/** What the row of the timeline says before any draft is made. */
async function rowOf(commit: string): Promise<TimelineRow> {
  const { client } = scene.session
  await client.call('apps.refresh', { appId: scene.app.id })
  const rows = new Map<string, TimelineRow>()
  for await (const delta of client.stream('timeline.watch', { appId: scene.app.id, until: 'reasons' })) {
    for (const row of delta.upserts) rows.set(row.commit.oid, row)
    if (delta.ready) break
  }
  const row = rows.get(commit)
  if (row === undefined) throw new Error(`${commit} is not on the timeline.`)
  return row
}

async function markedDangers(commit: string): Promise<readonly string[]> {
  const { marks } = await rowOf(commit)
  return marks.filter(({ level }) => level === 'danger' || level === 'unknown').map(({ kind }) => kind)
}

function marksFor(codes: readonly SafetyReason['code'][]): readonly string[] {
  return reasonMarks(codes.map((code) => ({ code, level: 'danger', words: 'x' }))).map(({ kind }) => kind)
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
    expect(await markedDangers(commit)).toEqual(['crd-version-dropped'])
    expect((await rowOf(commit)).marks.map(({ kind }) => kind)).toContain('crd-changes')
    await expect(scene.applied(definition(thing, ['v1'], 'v1'), '--dry-run=server')).rejects.toThrow(
      /storedVersions/,
    )
    scene.repo.commit('web: v3', { 'apps/web/a.yaml': definition(thing, ['v1', 'v2', 'v3'], 'v2') })
    scene.repo.push()
    const fine = scene.repo.git('rev-parse', 'HEAD~1')
    expect(await dangersOf(fine)).toEqual([])
    expect(await markedDangers(fine)).toEqual([])
    expect((await rowOf(scene.repo.git('rev-parse', 'HEAD'))).marks.map(({ kind }) => kind)).not.toContain(
      'crd-changes',
    )
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
  const codes = () => codesOf(commit)
  const marks = async () => (await rowOf(commit)).marks.map(({ kind }) => kind)
  expect(await codes()).toEqual(['RAN_HEALTHY'])
  expect(await marks()).toEqual(['last-good', 'healthy', 'conflicts'])
  await scene.kubectl('delete', 'configmap', 'settings')
  expect(await codes()).toEqual(['CONFIG_MISSING', 'RAN_HEALTHY'])
  expect(await marks()).toEqual(['last-good', 'config-missing', 'healthy', 'conflicts'])
})

test('an image that never ran and a state that was never synced are said, and neither of what ran', async () => {
  scene = await createScene(plane, { 'apps/web/a.yaml': deployment('web') })
  const ran = scene.repo.git('rev-parse', 'HEAD')
  expect(await scene.sync(await scene.plan())).toMatchObject({ state: 'done' })
  const passedOver = scene.repo.commit('web: 1.5', {
    'apps/web/a.yaml': deployment('web').replace('1.0', '1.5'),
  })
  scene.repo.commit('web: 2.0', { 'apps/web/a.yaml': deployment('web').replace('1.0', '2.0') })
  scene.repo.push()
  // Commits of a test lie in the past of its cluster: the records speak of what was committed since.
  expect(await codesOf(passedOver)).toEqual(['IMAGE_UNSEEN', 'NEVER_SYNCED'])
  expect((await rowOf(passedOver)).marks.map(({ kind }) => kind)).toEqual(['conflicts', 'image-unseen'])
  scene.repo.commit('web: 2.1', { 'apps/web/a.yaml': deployment('web').replace('1.0', '2.1') })
  scene.repo.push()
  expect(await codesOf(ran)).toEqual(['RAN_HEALTHY'])
  expect((await rowOf(ran)).marks.map(({ kind }) => kind)).toEqual(['live', 'healthy', 'conflicts'])
})

test('a definition that goes takes its objects along, and one that stays does not', async () => {
  const thing = `other${Date.now().toString(36)}`
  scene = await createScene(plane, { 'apps/web/a.yaml': deployment('web') })
  const without = scene.repo.git('rev-parse', 'HEAD')
  const withIt = scene.repo.commit('web: a definition', {
    'apps/web/d.yaml': definition(thing, ['v1'], 'v1'),
  })
  scene.repo.commit('web: replicas', { 'apps/web/a.yaml': deployment('web', 2) })
  scene.repo.push()
  expect(await dangersOf(without)).toEqual(['CRD_REMOVED'])
  expect(await markedDangers(without)).toEqual(['crd-removed'])
  expect(await dangersOf(withIt)).toEqual([])
  expect(await markedDangers(withIt)).toEqual([])
  // What the reason is for: the server deletes the objects with their definition.
  const crd = `${thing}s.example.com`
  await scene.applied(definition(thing, ['v1'], 'v1'))
  await scene.kubectl('wait', '--for=condition=Established', `crd/${crd}`)
  const kind = thing.replace(/^./, (letter) => letter.toUpperCase())
  await scene.applied(`apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: one }\n`)
  await scene.kubectl('delete', 'crd', crd)
  await scene.applied(definition(thing, ['v1'], 'v1'))
  await scene.kubectl('wait', '--for=condition=Established', `crd/${crd}`)
  expect(await scene.kubectl('get', crd, '-o', 'name')).toBe('')
  await scene.kubectl('delete', 'crd', crd)
})

test('what one may not read is unknown, to the one who may read it is fine', async () => {
  const files = { 'apps/web/a.yaml': secret('Opaque') }
  for (const user of ['viewer', 'admin'] as const) {
    scene = await createScene({ ...plane, kubeconfig: plane.kubeconfigFor(user) }, files)
    const commit = scene.repo.git('rev-parse', 'HEAD')
    await scene.applied(secret('Opaque', 'b'))
    scene.repo.commit('web: live', { 'apps/web/a.yaml': secret('Opaque', 'b') })
    scene.repo.push()
    expect(await dangersOf(commit), user).toEqual(user === 'viewer' ? ['NOT_READ'] : [])
    expect(await markedDangers(commit), user).toEqual(user === 'viewer' ? ['unread'] : [])
    if (user === 'viewer') await scene.close()
  }
})
