import { expect, test } from 'vitest'
import type { SyncRecord } from '#contract'
import { keyString, parseManifests, safetyReport } from '#core'
import type { LiveObject } from '#core'

const parse = (yaml: string) => parseManifests(yaml, { defaultNamespace: 'shop' }).manifests

type World = {
  readonly before?: string
  readonly after: string
  readonly live?: string
  readonly unknown?: boolean
  readonly records?: readonly Partial<SyncRecord>[]
  readonly images?: readonly string[]
}

/** The report in one line a reason; `live` is what the cluster has, all else is absent. */
function report({
  before = '',
  after,
  live = '',
  unknown = false,
  records,
  images,
}: World): readonly string[] {
  const there = new Map(parse(live).map(({ key, object }) => [keyString(key), object]))
  const liveOf = (key: Parameters<typeof keyString>[0]): LiveObject => {
    if (unknown) return { state: 'unknown', why: 'forbidden' }
    const object = there.get(keyString(key))
    return object === undefined ? { state: 'absent' } : { state: 'present', object }
  }
  return safetyReport({
    before: parse(before),
    after: parse(after),
    renderedHash: 'h',
    live: liveOf,
    records: records === undefined ? { unread: 'forbidden' } : (records as readonly SyncRecord[]),
    images: images === undefined ? { unread: 'forbidden' } : new Set(images),
    context: 'prod',
    now: '2026-11-23T12:00:00Z',
  })
    .filter(({ code, key }) => !(code === 'NOT_READ' && key === undefined))
    .map(({ level, code, key }) => `${level} ${code}${key === undefined ? '' : ` ${key.kind}/${key.name}`}`)
}

const claim = (size: string, more = '') =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${size} } }${more} }\n`
const definition = (versions: readonly string[], stored?: readonly string[]) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\nspec: { group: example.com, versions: [${versions.map((name) => `{ name: ${name} }`).join(', ')}] }\n${stored === undefined ? '' : `status: { storedVersions: [${stored.join(', ')}] }\n`}`
const workload = (kind: string, spec: string) =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: web }\nspec: { ${spec} }\n`
const pod = (container: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, ${container} }]${more} }\n`
const config = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n${data}\n`

test.each<[string, World, readonly string[]]>([
  [
    'a claim that shrinks',
    { after: claim('1Gi'), live: claim('2Gi') },
    ['danger PVC_SHRINKS PersistentVolumeClaim/data'],
  ],
  ['a claim that grows', { after: claim('2Gi'), live: claim('1024Mi') }, []],
  ['a claim of the same size in another spelling', { after: claim('1Gi'), live: claim('1024Mi') }, []],
  ['a claim that is new', { after: claim('1Gi') }, []],
  [
    'a claim of another class',
    { after: claim('1Gi', ', storageClassName: fast'), live: claim('1Gi', ', storageClassName: slow') },
    ['danger IMMUTABLE_FIELD PersistentVolumeClaim/data'],
  ],
  [
    'a claim whose class the server chose',
    { after: claim('1Gi'), live: claim('1Gi', ', storageClassName: slow, volumeMode: Filesystem') },
    [],
  ],
  [
    'a stored version that goes',
    {
      before: definition(['v1', 'v2']),
      after: definition(['v1']),
      live: definition(['v1', 'v2'], ['v1', 'v2']),
    },
    [
      'danger CRD_STORED_VERSION_DROPPED CustomResourceDefinition/things.example.com',
      'caution CRD_CHANGES CustomResourceDefinition/things.example.com',
    ],
  ],
  [
    'a version that goes and stores nothing',
    { before: definition(['v1', 'v2']), after: definition(['v1']), live: definition(['v1', 'v2'], ['v1']) },
    ['caution CRD_CHANGES CustomResourceDefinition/things.example.com'],
  ],
  [
    'a definition that goes',
    { before: definition(['v1']), after: '' },
    ['danger CRD_REMOVED CustomResourceDefinition/things.example.com'],
  ],
  ['a definition that stays', { before: definition(['v1']), after: definition(['v1']) }, []],
  [
    "a Deployment's selector",
    {
      after: workload('Deployment', 'selector: { matchLabels: { a: b } }'),
      live: workload('Deployment', 'selector: { matchLabels: { a: c } }'),
    },
    ['danger IMMUTABLE_FIELD Deployment/web'],
  ],
  [
    "a Deployment's replicas",
    {
      after: workload('Deployment', 'replicas: 2, selector: { matchLabels: { a: b } }'),
      live: workload('Deployment', 'replicas: 3, selector: { matchLabels: { a: b } }'),
    },
    [],
  ],
  [
    "a StatefulSet's claims",
    {
      after: workload(
        'StatefulSet',
        'volumeClaimTemplates: [{ metadata: { name: d }, spec: { resources: { requests: { storage: 2Gi } } } }]',
      ),
      live: workload(
        'StatefulSet',
        'volumeClaimTemplates: [{ metadata: { name: d }, spec: { volumeMode: Filesystem, resources: { requests: { storage: 1Gi } } } }]',
      ),
    },
    ['danger IMMUTABLE_FIELD StatefulSet/web'],
  ],
  [
    "a StatefulSet's replicas",
    {
      after: workload('StatefulSet', 'replicas: 2, serviceName: web'),
      live: workload('StatefulSet', 'replicas: 3, serviceName: web, podManagementPolicy: OrderedReady'),
    },
    [],
  ],
  [
    'data of an immutable ConfigMap',
    { after: config('data: { a: b }'), live: config('immutable: true\ndata: { a: c }') },
    ['danger IMMUTABLE_FIELD ConfigMap/c', 'danger IMMUTABLE_FIELD ConfigMap/c'],
  ],
  ['data of another ConfigMap', { after: config('data: { a: b }'), live: config('data: { a: c }') }, []],
  [
    'a ConfigMap that is not there',
    { after: pod('envFrom: [{ configMapRef: { name: c } }]') },
    ['danger CONFIG_MISSING Pod/p'],
  ],
  ['an optional ConfigMap', { after: pod('envFrom: [{ configMapRef: { name: c, optional: true } }]') }, []],
  [
    'a ConfigMap of the result',
    { after: `${pod('envFrom: [{ configMapRef: { name: c } }]')}---\n${config('data: {}')}` },
    [],
  ],
  [
    'a ConfigMap of the cluster',
    { after: pod('envFrom: [{ configMapRef: { name: c } }]'), live: config('data: {}') },
    [],
  ],
  [
    'a key that is not in it',
    {
      after: pod('env: [{ name: A, valueFrom: { configMapKeyRef: { name: c, key: b } } }]'),
      live: config('data: { a: b }'),
    },
    ['danger CONFIG_MISSING Pod/p'],
  ],
  [
    'a Secret in a volume',
    {
      after: pod(
        'volumeMounts: []',
        ', volumes: [{ name: v, secret: { secretName: s } }, { name: w, projected: { sources: [{ configMap: { name: c } }] } }]',
      ),
    },
    ['danger CONFIG_MISSING Pod/p', 'danger CONFIG_MISSING Pod/p'],
  ],
  [
    'what may not be read',
    { after: `${claim('1Gi')}---\n${pod('envFrom: [{ secretRef: { name: s } }]')}`, unknown: true },
    [
      'unknown NOT_READ PersistentVolumeClaim/data',
      'unknown NOT_READ PersistentVolumeClaim/data',
      'unknown NOT_READ Pod/p',
    ],
  ],
  ['an image that ran', { after: pod('image: "a:1"'), images: ['a:1'] }, []],
  ['an image that did not', { after: pod('image: "a:2"'), images: ['a:1'] }, ['caution IMAGE_UNSEEN Pod/p']],
  [
    'manifests that ran healthy',
    {
      after: '',
      records: [
        {
          renderedHash: 'h',
          startedAt: '2026-11-20T12:00:00Z',
          healthyAt: '2026-11-20T12:01:00Z',
          result: 'succeeded',
        },
        { renderedHash: 'x', startedAt: '2026-11-22T12:00:00Z', result: 'failed' },
      ],
    },
    ['note RAN_HEALTHY'],
  ],
  [
    'manifests that were synced and never seen healthy',
    { after: '', records: [{ renderedHash: 'h', startedAt: '2026-11-20T12:00:00Z', result: 'succeeded' }] },
    ['caution NEVER_SYNCED'],
  ],
  ['manifests that were never synced', { after: '', records: [] }, ['caution NEVER_SYNCED']],
])('%s', (_name, world, expected) => {
  expect(report(world)).toEqual(expected)
})

test.each([
  ['2026-11-20T12:01:00Z', '2026-11-22T12:00:00Z', '1 d, from 2026-11-20 12:01 to 2026-11-22 12:00 UTC.'],
  ['2026-11-20T12:01:00Z', '2026-11-20T14:00:00Z', '1 h, from 2026-11-20 12:01 to 14:00 UTC.'],
  ['2026-11-20T12:01:05Z', '2026-11-20T12:01:40Z', 'less than a minute, at 2026-11-20 12:01 UTC.'],
])('healthy from %s to the next sync at %s is said once', (healthyAt, next, words) => {
  const at = { startedAt: '2026-11-20T12:00:00Z', healthyAt }
  const records: readonly Partial<SyncRecord>[] = [
    { renderedHash: 'h', result: 'succeeded', ...at },
    { renderedHash: 'x', result: 'failed', startedAt: next },
  ]
  const [reason] = safetyReport({
    before: [],
    after: [],
    renderedHash: 'h',
    live: () => ({ state: 'absent' }),
    records: records as readonly SyncRecord[],
    images: new Set(),
    context: 'prod',
    now: '2026-11-23T12:00:00Z',
  })
  expect(reason?.words).toBe(`Exactly this ran healthy on prod for ${words}`)
})
