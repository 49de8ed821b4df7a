import { isObject, stringAt } from '#core'
import { child } from './object.ts'
import type { Mutable } from './object.ts'

/** What the API server fills into a pod's spec, of a Pod or in a template. */
export function defaultPodSpec(spec: Mutable): void {
  set(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
  })
  child(spec, 'securityContext')
  if (typeof spec['serviceAccountName'] === 'string') spec['serviceAccount'] = spec['serviceAccountName']
  for (const name of ['initContainers', 'containers'])
    for (const one of objects(spec[name])) defaultContainer(one)
  for (const volume of objects(spec['volumes'])) defaultVolume(volume)
}

function defaultContainer(container: Mutable): void {
  const image = stringAt(container, 'image') ?? ''
  const latest = !image.includes('@') && (image.endsWith(':latest') || !/:[^/]+$/.test(image))
  set(container, {
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  })
  child(container, 'resources')
  for (const port of objects(container['ports'])) set(port, { protocol: 'TCP' })
  for (const variable of objects(container['env'])) defaultFieldRef(variable['valueFrom'])
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(container[name])
}

function defaultProbe(probe: unknown): void {
  if (!isObject(probe)) return
  set(probe, { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 })
  const get = probe['httpGet']
  if (isObject(get)) set(get, { path: '/', scheme: 'HTTP' })
  const grpc = probe['grpc']
  if (isObject(grpc)) set(grpc, { service: '' })
}

const modes = ['configMap', 'secret', 'projected', 'downwardAPI'] as const

function defaultVolume(volume: Mutable): void {
  for (const name of modes) {
    const source = volume[name]
    if (!isObject(source)) continue
    set(source, { defaultMode: 0o644 })
    for (const item of objects(source['items'])) defaultFieldRef(item)
    for (const one of objects(source['sources'])) defaultSource(one)
  }
  const path = volume['hostPath']
  if (isObject(path)) set(path, { type: '' })
}

function defaultSource(source: Mutable): void {
  const downward = source['downwardAPI']
  if (isObject(downward)) for (const item of objects(downward['items'])) defaultFieldRef(item)
  const token = source['serviceAccountToken']
  if (isObject(token)) set(token, { expirationSeconds: 3600 })
}

function defaultFieldRef(holder: unknown): void {
  const reference = isObject(holder) ? holder['fieldRef'] : undefined
  if (isObject(reference)) set(reference, { apiVersion: 'v1' })
}

export function set(object: Mutable, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) object[name] ??= value
}

export function objects(value: unknown): Mutable[] {
  return Array.isArray(value) ? value.filter((one): one is Mutable => isObject(one)) : []
}
