import { at, isObject, stringAt, stringsAt } from '#core'
import type { JsonObject } from '#core'
import { invalid } from './failure.ts'
import type { Cause } from './failure.ts'
import type { ServedKind } from './kinds.ts'
import { isEqual, nameOf } from './object.ts'
import { objects } from './pod-defaults.ts'
import { matchesSelector } from './selectors.ts'

const required = (field: string, message = 'Required value'): Cause => ({
  reason: 'FieldValueRequired',
  message,
  field,
})
const invalidValue = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
})
const immutable = (field: string, value: unknown) => invalidValue(field, value, 'field is immutable')

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const subdomainWords =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const labelWords =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

/** Throws 422 Invalid, as the server's own checks of these kinds do. */
export function validate(kind: ServedKind, object: JsonObject, live: JsonObject | undefined): void {
  const causes = [
    ...checkName(kind, object),
    ...(byKind[kind.kind]?.(object) ?? []),
    ...(live === undefined ? [] : (changes[kind.kind]?.(live, object) ?? [])),
  ]
  if (causes.length > 0) throw invalid({ kind, name: nameOf(object) }, causes)
}

function checkName(kind: ServedKind, object: JsonObject): readonly Cause[] {
  const name = nameOf(object)
  if (name === '') return [required('metadata.name', 'Required value: name or generateName is required')]
  const short = kind.kind === 'Namespace' || kind.kind === 'Service'
  if (short && (!label.test(name) || name.length > 63))
    return [invalidValue('metadata.name', name, labelWords)]
  if (!subdomain.test(name) || name.length > 253) return [invalidValue('metadata.name', name, subdomainWords)]
  return []
}

const byKind: Readonly<Record<string, (object: JsonObject) => readonly Cause[]>> = {
  ConfigMap: (object) => checkKeys(object, ['data', 'binaryData']),
  Secret: (object) => checkKeys(object, ['data']),
  Service: (object) => {
    const ports = objects(at(object, 'spec', 'ports'))
    const headless = at(object, 'spec', 'clusterIP') === 'None'
    const external = at(object, 'spec', 'type') === 'ExternalName'
    if (ports.length === 0 && !headless && !external) return [required('spec.ports')]
    return ports.flatMap((port, index) => checkPort(port['port'], `spec.ports[${index}].port`))
  },
  Pod: (object) => checkPodSpec(at(object, 'spec'), 'spec'),
  Deployment: (object) => checkWorkload(object),
  ReplicaSet: (object) => checkWorkload(object),
  Job: (object) => {
    const policy = stringAt(object, 'spec', 'template', 'spec', 'restartPolicy')
    const wrong: Cause = {
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${policy}": supported values: "OnFailure", "Never"`,
      field: 'spec.template.spec.restartPolicy',
    }
    return [
      ...checkPodSpec(at(object, 'spec', 'template', 'spec'), 'spec.template.spec'),
      ...(policy === 'OnFailure' || policy === 'Never' ? [] : [wrong]),
    ]
  },
  HorizontalPodAutoscaler: (object) => {
    const max = at(object, 'spec', 'maxReplicas')
    if (typeof max === 'number' && max > 0) return []
    return [invalidValue('spec.maxReplicas', max ?? 0, 'must be greater than 0')]
  },
}

function checkKeys(object: JsonObject, fields: readonly string[]): readonly Cause[] {
  const words =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
  return fields.flatMap((field) =>
    Object.keys(stringsAt(object, field))
      .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))
      .map((key) => invalidValue(`${field}[${key}]`, key, words)),
  )
}

function checkPort(port: unknown, field: string): readonly Cause[] {
  const fine = typeof port === 'number' && port >= 1 && port <= 65535
  return fine ? [] : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')]
}

function checkWorkload(object: JsonObject): readonly Cause[] {
  const selector = at(object, 'spec', 'selector')
  const labels = stringsAt(object, 'spec', 'template', 'metadata', 'labels')
  const replicas = at(object, 'spec', 'replicas')
  const causes: Cause[] = []
  if (typeof replicas === 'number' && replicas < 0)
    causes.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'))
  if (!isObject(selector)) causes.push(required('spec.selector'))
  else if (!matchesSelector(selector, labels))
    causes.push(
      invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
    )
  return [...causes, ...checkPodSpec(at(object, 'spec', 'template', 'spec'), 'spec.template.spec')]
}

function checkPodSpec(spec: unknown, path: string): readonly Cause[] {
  const containers = objects(at(spec, 'containers'))
  if (containers.length === 0) return [required(`${path}.containers`)]
  const seen = new Set<unknown>()
  return containers.flatMap((container, index) => {
    const here = `${path}.containers[${index}]`
    const name = container['name']
    const twice = seen.has(name)
    seen.add(name)
    return [
      ...(name ? [] : [required(`${here}.name`)]),
      ...(twice
        ? [
            {
              reason: 'FieldValueDuplicate',
              message: `Duplicate value: "${String(name)}"`,
              field: `${here}.name`,
            },
          ]
        : []),
      ...(container['image'] ? [] : [required(`${here}.image`)]),
      ...objects(container['ports']).flatMap((port, at) =>
        checkPort(port['containerPort'], `${here}.ports[${at}].containerPort`),
      ),
    ]
  })
}

type Change = (live: JsonObject, object: JsonObject) => readonly Cause[]

const keeps =
  (...path: readonly string[]): Change =>
  (live, object) =>
    isEqual(at(live, ...path), at(object, ...path)) ? [] : [immutable(path.join('.'), at(object, ...path))]

const changes: Readonly<Record<string, Change>> = {
  Deployment: keeps('spec', 'selector'),
  ReplicaSet: keeps('spec', 'selector'),
  Job: (live, object) => [
    ...keeps('spec', 'selector')(live, object),
    ...keeps('spec', 'template')(live, object),
    ...keeps('spec', 'completions')(live, object),
  ],
  Service: keeps('spec', 'clusterIP'),
  PersistentVolumeClaim: keeps('spec', 'storageClassName'),
  ConfigMap: (live, object) => frozen(live, object, ['data', 'binaryData']),
  Secret: (live, object) => [
    ...frozen(live, object, ['data']),
    ...(live['type'] === object['type'] ? [] : [immutable('type', object['type'])]),
  ],
  Pod: (live, object) => {
    const bare = (one: JsonObject) => withoutImages(at(one, 'spec'))
    if (isEqual(bare(live), bare(object))) return []
    const message =
      'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
    return [{ reason: 'FieldValueForbidden', message, field: 'spec' }]
  },
}

function frozen(live: JsonObject, object: JsonObject, fields: readonly string[]): readonly Cause[] {
  if (live['immutable'] !== true) return []
  const message = 'Forbidden: field is immutable when `immutable` is set'
  return [...fields, 'immutable']
    .filter((field) => !isEqual(live[field], object[field]))
    .map((field) => ({ reason: 'FieldValueForbidden', message, field }))
}

function withoutImages(spec: unknown): unknown {
  if (!isObject(spec)) return spec
  const strip = (list: unknown) => objects(list).map(({ image: _image, ...rest }) => rest)
  return {
    ...spec,
    containers: strip(spec['containers']),
    initContainers: strip(spec['initContainers']),
    tolerations: undefined,
    activeDeadlineSeconds: undefined,
  }
}
