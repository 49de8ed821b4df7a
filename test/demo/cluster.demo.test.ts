import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKube } from '../../src/engine/kube/index.ts'
import type { Cluster, Kube } from '../../src/engine/kube/index.ts'
import { at, listAt, stringAt } from '../../src/core/index.ts'
import type { JsonObject } from '../../src/core/index.ts'
import { run } from '../../src/engine/process/index.ts'
import { testCluster } from './start-cluster.ts'
import type { TestCluster } from './start-cluster.ts'

let simulated: TestCluster
let kube: Kube
let cluster: Cluster
let count = 0

beforeAll(async () => {
  simulated = await testCluster()
  kube = createKube({
    env: { KUBECONFIG: simulated.kubeconfig('admin') },
    home: simulated.dir,
    settings: () => ({ kubeconfigs: [] }),
    run,
    now: Date.now,
  })
  cluster = await kube.connect('demo')
})
afterAll(async () => {
  await kube.close()
  await simulated.clear()
})

async function newNamespace(): Promise<string> {
  const name = `test-${(count += 1)}`
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  return name
}

function deployment(namespace: string, image: string, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'app', image }] },
      },
      ...more,
    },
  }
}

/** The first state of the objects of a kind that passes, as a watch hears of it. */
async function until(
  kind: { readonly group: string; readonly kind: string },
  namespace: string,
  test: (objects: readonly JsonObject[]) => boolean,
): Promise<readonly JsonObject[]> {
  const known = new Map<string, JsonObject>()
  const nameOf = (object: JsonObject) => stringAt(object, 'metadata', 'name') ?? ''
  return await new Promise((resolve) => {
    const watch = cluster.watch(kind, { namespace }, (event) => {
      if (event.type === 'state') return
      if (event.type === 'reset') for (const item of event.items) known.set(nameOf(item), item)
      else if (event.type === 'upsert') known.set(nameOf(event.object), event.object)
      else known.delete(nameOf(event.object))
      if (!test([...known.values()])) return
      // Not within the call that opens it.
      queueMicrotask(() => watch.close())
      resolve([...known.values()])
    })
  })
}

const deployments = { group: 'apps', kind: 'Deployment' }
const replicaSets = { group: 'apps', kind: 'ReplicaSet' }
const pods = { group: '', kind: 'Pod' }
const waiting = (pod: JsonObject) =>
  stringAt(listAt(pod, 'status', 'containerStatuses')[0], 'state', 'waiting', 'reason')
const restarts = (pod: JsonObject) =>
  Number(at(listAt(pod, 'status', 'containerStatuses')[0], 'restartCount'))
const available = (wanted: number) => (objects: readonly JsonObject[]) =>
  at(objects[0], 'status', 'availableReplicas') === wanted &&
  at(objects[0], 'status', 'replicas') === wanted &&
  at(objects[0], 'status', 'updatedReplicas') === wanted

it('brings a Deployment up, and keeps a bad release from taking all pods down', async () => {
  const namespace = await newNamespace()
  await cluster.patchApply(deployment(namespace, 'web:1'))
  await until(deployments, namespace, available(3))
  await cluster.patchApply(deployment(namespace, 'web:2-crash'))
  const broken = await until(pods, namespace, (all) => all.some((pod) => restarts(pod) >= 2))
  expect(broken.some((pod) => waiting(pod) === 'CrashLoopBackOff' || restarts(pod) > 0)).toBe(true)
  const live = await cluster.get({ ...deployments, namespace, name: 'web' })
  // 25 % of three rounds down: none of the old ones may go before a new one serves.
  expect(at(live, 'status')).toMatchObject({ readyReplicas: 3, updatedReplicas: 1, unavailableReplicas: 1 })
  const { items } = await cluster.list(replicaSets, { namespace })
  const revisions = items.map((set) => [
    at(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
    at(set, 'spec', 'replicas'),
  ])
  expect(revisions.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
    ['1', 3],
    ['2', 1],
  ])
})

it('takes the old ReplicaSet up again when the old template comes back', async () => {
  const namespace = await newNamespace()
  await cluster.patchApply(deployment(namespace, 'web:1'))
  await until(deployments, namespace, available(3))
  await cluster.patchApply(deployment(namespace, 'web:2'))
  await until(deployments, namespace, available(3))
  await cluster.patchApply(deployment(namespace, 'web:1'))
  await until(deployments, namespace, available(3))
  const { items } = await cluster.list(replicaSets, { namespace })
  const first = items.find((set) => at(set, 'spec', 'replicas') === 3)
  expect(items).toHaveLength(2)
  expect(at(first, 'metadata', 'annotations')).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  })
})

it('says that a rollout is overdue once its deadline has passed', async () => {
  const namespace = await newNamespace()
  await cluster.patchApply(deployment(namespace, 'web:never', { progressDeadlineSeconds: 1 }))
  const [late] = await until(deployments, namespace, ([one]) =>
    JSON.stringify(at(one, 'status') ?? {}).includes('ProgressDeadlineExceeded'),
  )
  expect(listAt(late, 'status', 'conditions')).toContainEqual(
    expect.objectContaining({ type: 'Progressing', status: 'False' }),
  )
})

it.each([
  ['web:pullfail', 'ImagePullBackOff'],
  ['web:crash', 'CrashLoopBackOff'],
])('an image %s ends in %s', async (image, reason) => {
  const namespace = await newNamespace()
  await cluster.patchApply(deployment(namespace, image, { replicas: 1 }))
  const [pod] = await until(pods, namespace, ([one]) => one !== undefined && waiting(one) === reason)
  expect(at(pod, 'status', 'conditions')).toContainEqual(
    expect.objectContaining({ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }),
  )
})

it('runs a Job to its end', async () => {
  const namespace = await newNamespace()
  await cluster.patchApply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'setup', namespace },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'setup', image: 'setup:1' }] } },
    },
  })
  const [job] = await until({ group: 'batch', kind: 'Job' }, namespace, ([one]) =>
    JSON.stringify(at(one, 'status') ?? {}).includes('"Complete"'),
  )
  expect(at(job, 'status')).toMatchObject({ succeeded: 1, ready: 0 })
})

it('takes away what a deleted Deployment made, and all that a deleted namespace held', async () => {
  const namespace = await newNamespace()
  await cluster.patchApply(deployment(namespace, 'web:1'))
  await until(deployments, namespace, available(3))
  expect(await cluster.delete({ ...deployments, namespace, name: 'web' })).toBe('deleted')
  await until(pods, namespace, (all) => all.length === 0)
  expect((await cluster.list(replicaSets, { namespace })).items).toEqual([])
  await cluster.patchApply(deployment(namespace, 'web:1'))
  const key = { group: '', kind: 'Namespace', namespace: '', name: namespace }
  expect(await cluster.delete(key)).toBe('deleting')
  await until(deployments, namespace, (all) => all.length === 0)
  await until(pods, namespace, (all) => all.length === 0)
})

it('leaves the ReplicaSets when a Deployment is deleted as an orphan maker', async () => {
  const namespace = await newNamespace()
  await cluster.patchApply(deployment(namespace, 'web:1'))
  await until(deployments, namespace, available(3))
  await cluster.delete({ ...deployments, namespace, name: 'web' }, { propagation: 'Orphan' })
  await until(deployments, namespace, (all) => all.length === 0)
  const { items } = await cluster.list(replicaSets, { namespace })
  expect(items.map((set) => at(set, 'metadata', 'ownerReferences'))).toEqual([undefined])
})

it('tells a watch that comes from too long ago to begin anew', async () => {
  const short = await testCluster({ keptEvents: 2 })
  try {
    const headers = { authorization: 'Bearer token-of-admin', 'content-type': 'application/json' }
    const path = `${short.url()}/api/v1/namespaces/default/configmaps`
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await fetch(path, { method: 'POST', headers, body: JSON.stringify({ metadata: { name } }) })
    const watch = async (resourceVersion: string) => {
      const query = new URLSearchParams({ watch: 'true', resourceVersion, timeoutSeconds: '0' }).toString()
      const lines = (await (await fetch(`${path}?${query}`, { headers })).text()).trim().split('\n')
      return lines.map((line) => JSON.parse(line) as JsonObject)
    }
    expect(await watch('2')).toEqual([
      { type: 'ERROR', object: expect.objectContaining({ code: 410, reason: 'Expired' }) as unknown },
    ])
    const list = (await (await fetch(path, { headers })).json()) as JsonObject
    const version = Number(stringAt(list, 'metadata', 'resourceVersion'))
    const [event] = await watch(String(version - 1))
    expect(event).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'e' } } })
  } finally {
    await short.clear()
  }
})

it('lets nobody in without a token', async () => {
  const wrong = await fetch(`${simulated.url()}/api/v1/pods`, { headers: { authorization: 'Bearer nobody' } })
  expect(wrong.status).toBe(401)
})
