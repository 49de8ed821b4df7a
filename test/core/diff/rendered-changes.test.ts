import { describe, expect, it } from 'vitest'
import { manifestDiffs, parseManifests, renderedChanges } from '../../../src/core/index.ts'

const read = (text: string) => parseManifests(text, { defaultNamespace: 'shop' }).manifests

function web(
  more: {
    readonly replicas?: number
    readonly image?: string
    readonly env?: string
    readonly rest?: string
  } = {},
): string {
  const { replicas = 3, image = 'shop/web:1.4', env = '{ name: LOG_LEVEL, value: info }', rest = '' } = more
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  template:
    spec:
      ${rest}
      containers: [{ name: app, image: '${image}', env: [${env}] }]
`
}
const config = (data: string) => `{ apiVersion: v1, kind: ConfigMap, metadata: { name: c }, data: ${data} }`
const secret = (value: string) =>
  `{ apiVersion: v1, kind: Secret, metadata: { name: s }, stringData: { password: ${value}, same: x } }`

const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['an image', web(), web({ image: 'shop/web:1.5' }), ['image 1.4 -> 1.5']],
  [
    'an image of another repository',
    web(),
    web({ image: 'acme/web:1.4' }),
    ['image shop/web:1.4 -> acme/web:1.4'],
  ],
  [
    'an image by digest',
    web({ image: 'w@sha256:aaaaaaaaaaaaaaaa' }),
    web({ image: 'w@sha256:bbbbbbbbbbbbbbbb' }),
    ['image sha256:aaaaaaaaaaaa -> sha256:bbbbbbbbbbbb'],
  ],
  [
    'image and count, the image first',
    web(),
    web({ image: 'shop/web:1.5', replicas: 5 }),
    ['image 1.4 -> 1.5', 'replicas 3 -> 5'],
  ],
  ['a variable', web(), web({ env: '{ name: LOG_LEVEL, value: debug }' }), ['env LOG_LEVEL']],
  [
    'a variable more',
    web(),
    web({ env: '{ name: LOG_LEVEL, value: info }, { name: NEW, value: a }' }),
    ['+env NEW'],
  ],
  [
    'a short field by path',
    web(),
    web({ rest: 'hostNetwork: true' }),
    ['template.spec.hostNetwork none -> true'],
  ],
  [
    'keys of a ConfigMap',
    config('{ a: 1, b: 2 }'),
    config('{ a: 2, c: 3 }'),
    ['+data c', '-data b', 'data a'],
  ],
  ['keys of a Secret, never values', secret('first'), secret('second'), ['secret password']],
]

describe('what a commit does, in chips', () => {
  it.each(cases)('%s', (_name, before, after, words) => {
    expect(renderedChanges(read(before), read(after)).map((change) => change.words)).toEqual([words])
  })

  it('names what is added and what is gone, in apply order', () => {
    const changes = renderedChanges(read(`${web()}---\n${config('{}')}`), read(`${web()}---\n${secret('x')}`))
    expect(changes.map(({ kind, words }) => [kind, ...words])).toEqual([
      ['added', '+Secret'],
      ['removed', '-ConfigMap'],
    ])
  })

  it('is nothing for equal renders', () => {
    expect(renderedChanges(read(web()), read(web()))).toEqual([])
  })

  it('prints both sides as YAML with secrets masked', () => {
    const [diff] = manifestDiffs(read(secret('first')), read(secret('second')))
    expect(diff?.before).not.toMatch(/first/)
    expect(diff?.after).toMatch(/password: \(secret changed\)/)
    expect(diff?.after).toMatch(/same: \(secret\)/)
  })
})
