import { createHash } from 'node:crypto'
import { at, isObject, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import type { ServedKind } from './kinds.ts'
import { child, isEqual, nameOf, namespaceOf, uidOf } from './object.ts'
import type { Mutable } from './object.ts'
import { objects, set } from './pod-defaults.ts'

/** Keeps a claim while pods use it. */
export const claimProtection = 'kubernetes.io/pvc-protection'

/** What the server decides about a new object, after defaults and before it is checked. */
export function prepareCreate(kind: ServedKind, object: Mutable): void {
  delete object['status']
  const status = firstStatus(kind, object)
  if (status !== undefined) object['status'] = status
  if (kind.generation) child(object, 'metadata')['generation'] = 1
  if (kind.kind === 'Service') giveAddress(object)
  if (kind.kind === 'Job') selectOwnPods(object)
  if (kind.kind === 'Pod') admitPod(object)
  if (kind.kind === 'PersistentVolumeClaim') child(object, 'metadata')['finalizers'] ??= [claimProtection]
}

/** Status and what only the server sets stay as they are; a changed spec counts. */
export function prepareUpdate(kind: ServedKind, live: JsonObject, object: Mutable): void {
  if (live['status'] === undefined) delete object['status']
  else object['status'] = live['status']
  if (kind.kind === 'Service') keepAddress(live, object)
  if (kind.kind === 'Pod') admitPod(object)
  if (!kind.generation) return
  const generation = numberAt(live, 'metadata', 'generation') ?? 1
  const same = isEqual(live['spec'], object['spec'])
  child(object, 'metadata')['generation'] = same ? generation : generation + 1
}

function firstStatus(kind: ServedKind, object: JsonObject): JsonObject | undefined {
  switch (kind.kind) {
    case 'Namespace':
      return { phase: 'Active' }
    case 'PersistentVolumeClaim':
      return { phase: 'Pending' }
    case 'Pod':
      return { phase: 'Pending', qosClass: qosOf(object) }
    case 'ReplicaSet':
      return { replicas: 0 }
    case 'Service':
      return { loadBalancer: {} }
    case 'HorizontalPodAutoscaler':
      return { currentMetrics: null, desiredReplicas: 0 }
    case 'Deployment':
    case 'Job':
      return {}
    default:
      return undefined
  }
}

function qosOf(pod: JsonObject): string {
  const resources = objects(at(pod, 'spec', 'containers')).map((one) => one['resources'])
  const has = (name: string) => resources.some((one) => isObject(at(one, name)))
  if (!has('limits') && !has('requests')) return 'BestEffort'
  const whole = resources.every(
    (one) =>
      isEqual(at(one, 'limits'), at(one, 'requests')) &&
      ['cpu', 'memory'].every((name) => at(one, 'limits', name) !== undefined),
  )
  return whole ? 'Guaranteed' : 'Burstable'
}

/** Always the same address for the same service: a dry run answers as the write does. */
function giveAddress(object: Mutable): void {
  const spec = child(object, 'spec')
  if (spec['type'] === 'ExternalName') return
  const hash = createHash('sha256')
    .update(`${namespaceOf(object)}/${nameOf(object)}`)
    .digest()
  const address = `10.0.${hash.readUInt8(0) % 255}.${(hash.readUInt8(1) % 253) + 2}`
  set(spec, { clusterIP: address })
  set(spec, {
    clusterIPs: [spec['clusterIP']],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  })
}

function keepAddress(live: JsonObject, object: Mutable): void {
  const names = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']
  const known = names.map((name) => [name, at(live, 'spec', name)] as const)
  set(child(object, 'spec'), Object.fromEntries(known.filter(([, value]) => value !== undefined)))
}

/** A Job finds its pods by its own uid. */
function selectOwnPods(object: Mutable): void {
  const spec = child(object, 'spec')
  if (spec['manualSelector'] === true) return
  const own = {
    'batch.kubernetes.io/controller-uid': uidOf(object),
    'batch.kubernetes.io/job-name': nameOf(object),
    'controller-uid': uidOf(object),
    'job-name': nameOf(object),
  }
  const labels = child(child(child(spec, 'template'), 'metadata'), 'labels')
  Object.assign(labels, own)
  spec['selector'] ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': uidOf(object) } }
  const metadata = child(object, 'metadata')
  if (!isObject(metadata['labels'])) metadata['labels'] = { ...labels }
}

/** What admission adds: the namespace's account with its token, and tolerations. */
function admitPod(object: Mutable): void {
  const spec = child(object, 'spec')
  const account = stringAt(object, 'spec', 'serviceAccountName') ?? 'default'
  const toleration = (key: string) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  })
  set(spec, {
    serviceAccountName: account,
    serviceAccount: account,
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: [toleration('not-ready'), toleration('unreachable')],
  })
}
