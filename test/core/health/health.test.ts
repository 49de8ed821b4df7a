import { describe, expect, it } from 'vitest'
import { healthOf, parseManifests, podState, worst } from '../../../src/core/index.ts'
import type { JsonObject } from '../../../src/core/index.ts'

function one(text: string): JsonObject {
  const { manifests, problems } = parseManifests(text, { defaultNamespace: 'shop' })
  if (manifests[0] === undefined) throw new Error(problems[0]?.message ?? 'no manifest')
  return manifests[0].object
}
const object = (kind: string, rest: string, group = 'v1', meta = '') =>
  one(`{ apiVersion: ${group}, kind: ${kind}, metadata: { name: x, generation: 2${meta} }, ${rest} }`)
const deployment = (spec: string, status: string) =>
  object('Deployment', `spec: { ${spec} }, status: { ${status} }`, 'apps/v1')
const pod = (status: string, spec = '') => object('Pod', `spec: { ${spec} }, status: { ${status} }`)
const crashing = `phase: Running, containerStatuses: [{ name: app, restartCount: 4, state: { waiting: { reason: CrashLoopBackOff, message: back-off } }, lastState: { terminated: { exitCode: 3 } } }]`

/** Argo CD's words; the text after the colon is a part of the cause. */
const cases: readonly (readonly [string, JsonObject, string])[] = [
  ['paused Deployment', deployment('paused: true', ''), 'Suspended: paused'],
  [
    'Deployment that is not observed',
    deployment('replicas: 1', 'observedGeneration: 1'),
    'Progressing: taken up',
  ],
  [
    'Deployment past its deadline',
    deployment(
      'replicas: 1',
      'observedGeneration: 2, conditions: [{ type: Progressing, status: "False", reason: ProgressDeadlineExceeded }]',
    ),
    'Degraded: deadline',
  ],
  [
    'Deployment that updates',
    deployment('replicas: 3', 'observedGeneration: 2, updatedReplicas: 1'),
    'Progressing: 1 of 3 new',
  ],
  [
    'Deployment with old pods',
    deployment('replicas: 1', 'observedGeneration: 2, updatedReplicas: 1, replicas: 2'),
    'Progressing: 1 old',
  ],
  [
    'Deployment not available',
    deployment('replicas: 1', 'observedGeneration: 2, updatedReplicas: 1, replicas: 1'),
    'Progressing: 0 of 1',
  ],
  [
    'Deployment',
    deployment('replicas: 1', 'observedGeneration: 2, updatedReplicas: 1, replicas: 1, availableReplicas: 1'),
    'Healthy',
  ],
  [
    'StatefulSet that rolls',
    object(
      'StatefulSet',
      'spec: { replicas: 1, updateStrategy: { rollingUpdate: { partition: 0 } } }, status: { observedGeneration: 2, readyReplicas: 1, currentRevision: a, updateRevision: b }',
      'apps/v1',
    ),
    'Progressing: rolling',
  ],
  [
    'partitioned StatefulSet',
    object(
      'StatefulSet',
      'spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } }, status: { observedGeneration: 2, readyReplicas: 3, updatedReplicas: 1 }',
      'apps/v1',
    ),
    'Healthy',
  ],
  [
    'DaemonSet',
    object(
      'DaemonSet',
      'status: { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }',
      'apps/v1',
    ),
    'Progressing: 1 of 2',
  ],
  [
    'ReplicaSet that may not make pods',
    object(
      'ReplicaSet',
      'spec: { replicas: 1 }, status: { observedGeneration: 2, conditions: [{ type: ReplicaFailure, status: "True", reason: FailedCreate, message: quota }] }',
      'apps/v1',
    ),
    'Degraded: quota',
  ],
  [
    'Pod in a crash loop',
    pod(crashing),
    'Degraded: container app is in CrashLoopBackOff (4 restarts, last exit code 3): back-off',
  ],
  [
    'Pod without its image',
    pod('phase: Pending, containerStatuses: [{ name: app, state: { waiting: { reason: ErrImagePull } } }]'),
    'Degraded: ErrImagePull',
  ],
  [
    'Pod without a node',
    pod(
      'phase: Pending, conditions: [{ type: PodScheduled, status: "False", reason: Unschedulable, message: no nodes }]',
    ),
    'Progressing: no nodes',
  ],
  ['Pod of a Job', pod('phase: Running', 'restartPolicy: Never'), 'Progressing: running'],
  [
    'failed Pod',
    pod(
      'phase: Failed, containerStatuses: [{ name: app, state: { terminated: { reason: OOMKilled, exitCode: 137 } } }]',
      'restartPolicy: Never',
    ),
    'Degraded: OOMKilled',
  ],
  [
    'Job',
    object('Job', 'status: { conditions: [{ type: Complete, status: "True" }] }', 'batch/v1'),
    'Healthy',
  ],
  [
    'failed Job',
    object(
      'Job',
      'status: { conditions: [{ type: Failed, status: "True", reason: BackoffLimitExceeded }] }',
      'batch/v1',
    ),
    'Degraded: Backoff',
  ],
  [
    'resumed Job',
    object('Job', 'status: { conditions: [{ type: Suspended, status: "False" }] }', 'batch/v1'),
    'Progressing: running',
  ],
  ['lost claim', object('PersistentVolumeClaim', 'status: { phase: Lost }'), 'Degraded: lost'],
  ['Service that waits', object('Service', 'spec: { type: LoadBalancer }'), 'Progressing: address'],
  ['Service', object('Service', 'spec: { type: ClusterIP }'), 'Healthy'],
  ['Ingress', object('Ingress', 'status: {}', 'networking.k8s.io/v1'), 'Progressing: address'],
  [
    'definition',
    object(
      'CustomResourceDefinition',
      'status: { conditions: [{ type: NamesAccepted, status: "False", reason: Conflict, message: taken }] }',
      'apiextensions.k8s.io/v1',
    ),
    'Degraded: taken',
  ],
  [
    'custom object that stalls',
    object('Widget', 'status: { conditions: [{ type: Stalled, status: "True", message: no }] }', 'e.com/v1'),
    'Degraded: no',
  ],
  [
    'custom object not observed',
    object('Widget', 'status: { observedGeneration: 1 }', 'e.com/v1'),
    'Progressing: taken up',
  ],
  [
    'ready custom object',
    object('Widget', 'status: { conditions: [{ type: Ready, status: "True" }] }', 'e.com/v1'),
    'Healthy',
  ],
  [
    'object in deletion',
    object('ConfigMap', 'data: {}', 'v1', ', deletionTimestamp: "2026-01-01T00:00:00Z"'),
    'Progressing: deleted',
  ],
  ['ConfigMap', object('ConfigMap', 'data: {}'), 'none'],
  ['custom object without status', object('Widget', 'spec: {}', 'e.com/v1'), 'none'],
]

describe('health in Argo CD’s words', () => {
  it.each(cases)('%s', (_name, input, expected) => {
    const health = healthOf(input)
    const [status, cause] = expected.split(/: (.*)/)
    expect(health?.status ?? 'none').toBe(status)
    if (cause === undefined) return
    expect(health?.cause?.message).toContain(cause)
    expect(health?.cause?.message).toMatch(new RegExp(`^${String(input.kind)}/x: `))
  })

  it('weighs Unknown over Degraded over Missing over Progressing over Suspended over Healthy', () => {
    const order = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown'] as const
    order.forEach((status, index) => {
      expect(worst(order.slice(0, index + 1).map((one) => ({ status: one }))).status).toBe(status)
    })
    expect(worst([]).status).toBe('Healthy')
  })
})

describe('the roll-up of a workload', () => {
  const owner = (uid: string) => `ownerReferences: [{ uid: ${uid}, controller: true }]`
  const set = (revision: number) =>
    one(
      `{ apiVersion: apps/v1, kind: ReplicaSet, metadata: { name: rs${revision}, uid: rs${revision}, annotations: { deployment.kubernetes.io/revision: "${revision}" }, ${owner('d')} } }`,
    )
  const owned = (by: string, status: string) =>
    one(`{ apiVersion: v1, kind: Pod, metadata: { name: p-${by}, ${owner(by)} }, status: { ${status} } }`)
  const web = (revision: number, observed = 2) =>
    one(
      `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, uid: d, generation: 2, annotations: { deployment.kubernetes.io/revision: "${revision}" } }, spec: { replicas: 1 }, status: { observedGeneration: ${observed}, updatedReplicas: 1, replicas: 1, availableReplicas: 1 } }`,
    )
  const offspring = {
    pods: [
      owned('rs1', crashing),
      owned('rs2', 'phase: Running, conditions: [{ type: Ready, status: "True" }]'),
    ],
    replicaSets: [set(1), set(2)],
    controllerRevisions: [],
  }

  it('is not degraded by the pods that a rollback replaces', () => {
    expect(healthOf(web(2), offspring)?.status).toBe('Healthy')
  })

  it('is degraded by the newest pods at once and names the pod', () => {
    expect(healthOf(web(1), offspring)).toMatchObject({
      status: 'Degraded',
      cause: { key: { kind: 'Pod', name: 'p-rs1' } },
    })
  })

  it('waits until the controller has taken up the new version', () => {
    expect(healthOf(web(1, 1), offspring)?.status).toBe('Progressing')
  })
})

describe('the state of a pod', () => {
  it.each([
    ['ready', pod('phase: Running, conditions: [{ type: Ready, status: "True" }]')],
    ['crashing', pod(crashing)],
    ['starting', pod('phase: Pending')],
    ['done', pod('phase: Succeeded')],
    ['unknown', pod('phase: Unknown')],
    [
      'terminating',
      object('Pod', 'status: { phase: Running }', 'v1', ', deletionTimestamp: "2026-01-01T00:00:00Z"'),
    ],
  ] as const)('%s', (state, input) => {
    const told = podState(input)
    expect(told.state).toBe(state)
    expect(told.reason === undefined).toBe(state === 'ready')
  })
})
