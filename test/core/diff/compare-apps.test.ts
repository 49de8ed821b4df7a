import { expect, test } from 'vitest'
import { compareApps, parseManifests, quantityOf } from '#core'

const toBase64 = (text: string) => Buffer.from(text).toString('base64')
const side = (yaml: string, namespace?: string) => ({
  manifests: parseManifests(yaml, { defaultNamespace: namespace ?? 'shop' }).manifests,
  namespace,
})
const words = (before: string, after: string) =>
  compareApps(side(before), side(after), toBase64).changes.map(
    ({ key, kind, words: what }) => `${kind} ${key.kind}/${key.name}: ${what.join(', ')}`,
  )
const deployment = (spec: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
        - name: web
${spec.replace(/^/gm, '          ')}
${more}`

test.each([
  [
    'the order of containers, ports and variables',
    deployment('env: [{ name: A, value: a }, { name: B, value: b }]', '        - name: side\n'),
    `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
        - name: side
        - name: web
          env: [{ name: B, value: b }, { name: A, value: a }]
`,
  ],
  [
    'the spelling of quantities',
    deployment('resources: { requests: { cpu: 1, memory: 1Gi }, limits: { cpu: "0.5" } }'),
    deployment('resources: { requests: { cpu: 1000m, memory: 1024Mi }, limits: { cpu: 500m } }'),
  ],
  [
    'the default protocol of a port',
    deployment('ports: [{ containerPort: 80 }]'),
    deployment('ports: [{ containerPort: 80, protocol: TCP }]'),
  ],
  [
    'a Secret in plain text or in base64',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { a: b }\n',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { a: Yg== }\n',
  ],
])('%s is no difference', (_name, before, after) => {
  expect(words(before, after)).toEqual([])
  expect(words(after, before)).toEqual([])
})

test.each([
  [
    'another quantity',
    deployment('resources: { requests: { cpu: 1 } }'),
    deployment('resources: { requests: { cpu: 1001m } }'),
    ['changed Deployment/web: resources'],
  ],
  [
    'the order of init containers',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { initContainers: [{ name: a }, { name: b }], containers: [{ name: c }] }\n',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { initContainers: [{ name: b }, { name: a }], containers: [{ name: c }] }\n',
    ['changed Pod/p: order'],
  ],
  [
    'a text that only looks like a quantity',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { size: "1000m" }\n',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { size: "1" }\n',
    ['changed ConfigMap/c: data size'],
  ],
])('%s is one', (_name, before, after, expected) => {
  expect(words(before, after)).toEqual(expected)
})

test("two environments are paired by kind and name, each one's own namespace being the same", () => {
  const object = (namespace: string, value: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: ${namespace} }\ndata: { a: ${value} }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: shared }\ndata: { a: x }\n`
  const compared = compareApps(
    side(object('staging', 'one'), 'staging'),
    side(object('prod', 'two'), 'prod'),
    toBase64,
  )
  expect(compared.changes).toEqual([
    {
      key: { group: '', kind: 'ConfigMap', namespace: 'staging', name: 'c' },
      kind: 'changed',
      words: ['data a'],
    },
  ])
})

test.each([
  ['1', 1],
  [2, 2],
  ['500m', 0.5],
  ['1Ki', 1024],
  ['1k', 1000],
  ['1e3', 1000],
  ['.5Gi', 2 ** 29],
  ['1 Gi', undefined],
  ['big', undefined],
  ['', undefined],
])('%s is the quantity %s', (text, number) => {
  expect(quantityOf(text)).toBe(number)
})
