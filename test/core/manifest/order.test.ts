import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  displayKey,
  hookOf,
  isNamespaced,
  normalise,
  orderManifests,
  parseManifests,
  placeManifests,
  renderedHash,
  templateHash,
  waveOf,
  withoutNamespace,
} from '#core'
import type { JsonObject, Manifest } from '#core'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const toBase64 = (text: string) => Buffer.from(text).toString('base64')

function manifest(apiVersion: string, kind: string, name: string, extra: JsonObject = {}): Manifest {
  const { annotations, namespace, ...rest } = extra
  const metadata = { name, ...(annotations ? { annotations } : {}), ...(namespace ? { namespace } : {}) }
  const parsed = parseManifests(JSON.stringify({ apiVersion, kind, metadata, ...rest })).manifests[0]
  if (parsed === undefined) throw new Error('not a manifest')
  return parsed
}

const wave = (value: string) => ({ annotations: { 'argocd.argoproj.io/sync-wave': value } })
const names = (manifests: readonly Manifest[]) => orderManifests(manifests).map(({ key }) => displayKey(key))

describe('the order of objects', () => {
  it('goes by wave, then kind, then name', () => {
    expect(
      names([
        manifest('apps/v1', 'Deployment', 'web'),
        manifest('v1', 'Service', 'web', wave('1')),
        manifest('example.org/v1', 'Widget', 'w'),
        manifest('v1', 'ConfigMap', 'b'),
        manifest('v1', 'ConfigMap', 'a'),
        manifest('batch/v1', 'Job', 'first', wave('-5')),
      ]),
    ).toEqual(['Job/first', 'ConfigMap/a', 'ConfigMap/b', 'Deployment/web', 'Widget/w', 'Service/web'])
  })

  it('pulls a Namespace and a CRD up to just before their first user, into its wave', () => {
    const crd = manifest('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.org', {
      ...wave('3'),
      spec: { group: 'example.org', names: { kind: 'Widget' } },
    })
    const placed = placeManifests([
      crd,
      manifest('v1', 'Namespace', 'shop', wave('2')),
      manifest('v1', 'ConfigMap', 'a'),
      manifest('v1', 'ConfigMap', 'b', { namespace: 'shop' }),
      manifest('example.org/v1', 'Widget', 'w', wave('1')),
    ])
    expect(placed.map((item) => [item.manifest.key.name, item.wave])).toEqual([
      ['a', 0],
      ['shop', 0],
      ['b', 0],
      ['widgets.example.org', 1],
      ['w', 1],
    ])
  })

  it('is the same for every order of the input', () => {
    const objects = ['a', 'b', 'c', 'd'].flatMap((name, index) => [
      manifest('v1', 'ConfigMap', name, wave(String(index % 2))),
      manifest('apps/v1', 'Deployment', name),
      manifest('v1', 'Namespace', name, wave('9')),
    ])
    const expected = names(objects)
    fc.assert(
      fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
        expect(names(shuffled)).toEqual(expected)
        expect(renderedHash(shuffled, sha256)).toBe(renderedHash(objects, sha256))
      }),
    )
  })

  it('reads waves as Argo CD does', () => {
    const object = (annotations: JsonObject) => ({ metadata: { annotations } })
    expect(waveOf(object({ 'argocd.argoproj.io/sync-wave': '-3' }))).toBe(-3)
    expect(waveOf(object({ 'argocd.argoproj.io/sync-wave': 'x', 'helm.sh/hook-weight': '4' }))).toBe(4)
    expect(waveOf(object({ 'argocd.argoproj.io/sync-wave': '1.5' }))).toBe(0)
    expect(waveOf({})).toBe(0)
  })
})

describe('hooks', () => {
  const hook = (annotations: JsonObject) => hookOf({ metadata: { annotations } })?.kind

  it('tells test hooks, which are left out, from all others', () => {
    expect(hook({ 'helm.sh/hook': 'test' })).toBe('test')
    expect(hook({ 'helm.sh/hook': 'pre-install,pre-upgrade' })).toBe('other')
    expect(hook({ 'helm.sh/hook': 'test,pre-upgrade' })).toBe('other')
    expect(hook({ 'argocd.argoproj.io/hook': 'PreSync' })).toBe('other')
  })

  it('takes a CRD of Helm’s crd-install and an object without annotations as ordinary', () => {
    expect(hook({ 'helm.sh/hook': 'crd-install' })).toBeUndefined()
    expect(hookOf({})).toBeUndefined()
  })
})

describe('normalising and hashing', () => {
  it('fills in protocol TCP, folds stringData, drops what the server owns', () => {
    const service = manifest('v1', 'Service', 'web', {
      spec: { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] },
    })
    expect(normalise(service.object, toBase64).spec).toEqual({
      ports: [
        { port: 80, protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
      ],
    })
    const secret = {
      kind: 'Secret',
      metadata: { creationTimestamp: null },
      stringData: { a: 'x' },
      data: { b: 'eQ==' },
      status: {},
    }
    expect(normalise(secret, toBase64)).toEqual({
      kind: 'Secret',
      metadata: {},
      data: { a: 'eA==', b: 'eQ==' },
    })
  })

  it('leaves our revision annotation out and fills ports of every container', () => {
    const object = {
      kind: 'CronJob',
      metadata: { annotations: { 'wheelhouse.app/revision': 'abc' } },
      spec: {
        jobTemplate: {
          spec: { template: { spec: { containers: [{ name: 'a', ports: [{ containerPort: 1 }] }] } } },
        },
      },
    }
    const result = normalise(object, toBase64)
    expect(result.metadata).toEqual({})
    expect(JSON.stringify(result.spec)).toContain('"protocol":"TCP"')
  })

  it('is done after one pass', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('kind', 'spec', 'metadata', 'stringData', 'data'), fc.jsonValue()),
        (object) => {
          const once = normalise(object, toBase64)
          expect(normalise(once, toBase64)).toEqual(once)
        },
      ),
    )
  })

  it('hashes templates alike whatever their order of keys, and differently when they differ', () => {
    const object = (image: string) => ({
      spec: { template: { metadata: { creationTimestamp: null }, spec: { image, a: 1 } } },
    })
    expect(templateHash(object('a'), sha256)).toBe(
      templateHash({ spec: { template: { spec: { a: 1, image: 'a' }, metadata: {} } } }, sha256),
    )
    expect(templateHash(object('a'), sha256)).not.toBe(templateHash(object('b'), sha256))
    expect(templateHash({}, sha256)).toBeUndefined()
  })
})

it('believes discovery about the scope of custom kinds and takes the filled-in namespace away', () => {
  const key = { group: 'cert-manager.io', kind: 'ClusterIssuer' }
  expect(isNamespaced(key)).toBe(true)
  expect(isNamespaced(key, () => false)).toBe(false)
  const issuer = manifest('cert-manager.io/v1', 'ClusterIssuer', 'ca', { namespace: 'shop' })
  expect(withoutNamespace(issuer)).toMatchObject({
    key: { namespace: '' },
    object: { metadata: { name: 'ca' } },
  })
  expect(withoutNamespace(issuer).object.metadata).not.toHaveProperty('namespace')
})
