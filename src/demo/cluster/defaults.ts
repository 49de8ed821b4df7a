import { isObject } from '#core'
import type { JsonObject } from '#core'
import type { ServedKind } from './kinds.ts'
import { child, copyOf } from './object.ts'
import type { Mutable } from './object.ts'
import { defaultPodSpec, objects, set } from './pod-defaults.ts'

/** The object with what the API server fills in where nothing is said. Checked against objects of the real one. */
export function withDefaults(kind: ServedKind, object: JsonObject): Mutable {
  const copy = copyOf(object)
  byKind[kind.kind]?.(copy)
  return copy
}

const byKind: Readonly<Record<string, (object: Mutable) => void>> = {
  Namespace: (object) => {
    child(child(object, 'metadata'), 'labels')['kubernetes.io/metadata.name'] ??= child(object, 'metadata')[
      'name'
    ]
    set(child(object, 'spec'), { finalizers: ['kubernetes'] })
  },
  Secret: (object) => {
    set(object, { type: 'Opaque' })
    const plain = object['stringData']
    if (!isObject(plain)) return
    const data = child(object, 'data')
    for (const [name, text] of Object.entries(plain))
      data[name] = Buffer.from(String(text)).toString('base64')
    delete object['stringData']
  },
  Service: (object) => {
    const spec = child(object, 'spec')
    set(spec, { sessionAffinity: 'None', type: 'ClusterIP', internalTrafficPolicy: 'Cluster' })
    for (const port of objects(spec['ports'])) {
      set(port, { protocol: 'TCP' })
      set(port, { targetPort: port['port'] })
    }
  },
  PersistentVolumeClaim: (object) => set(child(object, 'spec'), { volumeMode: 'Filesystem' }),
  Pod: (object) => {
    const spec = child(object, 'spec')
    defaultPodSpec(spec)
    set(spec, { enableServiceLinks: true })
    for (const container of [...objects(spec['initContainers']), ...objects(spec['containers'])])
      defaultRequests(container)
  },
  ReplicaSet: (object) => {
    const spec = child(object, 'spec')
    set(spec, { replicas: 1 })
    labelsOfTemplate(object)
    defaultTemplate(spec)
  },
  Deployment: (object) => {
    const spec = child(object, 'spec')
    set(spec, { replicas: 1, progressDeadlineSeconds: 600, revisionHistoryLimit: 10 })
    const strategy = child(spec, 'strategy')
    set(strategy, { type: 'RollingUpdate' })
    if (strategy['type'] === 'RollingUpdate')
      set(child(strategy, 'rollingUpdate'), { maxSurge: '25%', maxUnavailable: '25%' })
    defaultTemplate(spec)
  },
  Job: (object) => {
    const spec = child(object, 'spec')
    if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1
    set(spec, {
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    })
    labelsOfTemplate(object)
    defaultTemplate(spec)
  },
  HorizontalPodAutoscaler: (object) => {
    const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } }
    set(child(object, 'spec'), { minReplicas: 1, metrics: [{ type: 'Resource', resource: cpu }] })
  },
}

function defaultTemplate(spec: Mutable): void {
  const template = child(spec, 'template')
  child(template, 'metadata')
  defaultPodSpec(child(template, 'spec'))
}

/** A controller without labels takes those of its template. */
function labelsOfTemplate(object: Mutable): void {
  const template = child(child(object, 'spec'), 'template')
  const labels = child(template, 'metadata')['labels']
  const metadata = child(object, 'metadata')
  if (isObject(labels) && (!isObject(metadata['labels']) || Object.keys(metadata['labels']).length === 0))
    metadata['labels'] = { ...labels }
}

function defaultRequests(container: Mutable): void {
  const resources = child(container, 'resources')
  const limits = resources['limits']
  if (!isObject(limits)) return
  set(child(resources, 'requests'), limits)
}
