import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App } from '#contract'
import { openBlameScene, told } from './scene.ts'
import type { BlameScene } from './scene.ts'

// A base with an overlay that uses each way of saying something once; every origin is proved by trial and blamed to its commit.

let scene: BlameScene
let app: App

const base = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  minReadySeconds: 5
  revisionHistoryLimit: 3
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: web
          image: shop/web:1.0
          env:
            - name: LEVEL
              value: info
            - name: MODE
              value: slow
          resources:
            limits: { memory: 128Mi }
        - name: side
          image: shop/side:7
          env:
            - name: LEVEL
              value: info
`
const service = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
`
const overlay = `resources: [../base]
namePrefix: prod-
namespace: shop
images:
  - name: shop/web
    newTag: "1.5"
replicas:
  - name: web
    count: 4
labels:
  - pairs: { team: checkout }
configMapGenerator:
  - name: settings
    literals:
      - LEVEL=warn
    files: [app.conf]
    envs: [limits.env]
secretGenerator:
  - name: keys
    envs: [keys.env]
    literals: [pin=4711-hush]
patches:
  - path: memory.yaml
  - path: grace.json
    target: { kind: Deployment, name: web }
  - target: { kind: Deployment, name: web }
    patch: |-
      - op: replace
        path: /spec/minReadySeconds
        value: 20
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
      spec:
        template:
          spec:
            containers:
              - name: web
                env:
                  - name: MODE
                    value: fast
`

beforeAll(async () => {
  scene = await openBlameScene()
  const { repo } = scene
  repo.commit('base', {
    'base/kustomization.yaml': 'resources: [web.yaml, service.yaml]\n',
    'base/web.yaml': base,
    'base/service.yaml': service,
  })
  repo.commit('patch files', {
    'prod/memory.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          resources:\n            limits:\n              memory: 256Mi\n',
    'prod/grace.json':
      '[{"op": "replace", "path": "/spec/template/spec/terminationGracePeriodSeconds", "value": 90}]\n',
  })
  repo.commit('generated', {
    'prod/app.conf': 'a = 1\nb = 2\n',
    'prod/limits.env': 'CPU=2\nMEM=512\n',
    'prod/keys.env': 'token=hush-hush\n',
  })
  repo.commit('overlay', { 'prod/kustomization.yaml': overlay })
  repo.git('config', 'user.name', 'Bo')
  repo.commit('more memory', { 'prod/kustomization.yaml': overlay.replace('count: 4', 'count: 6') })
  app = await scene.add({ path: 'prod', tool: 'kustomize' })
})
afterAll(() => scene.close())

const line = (file: string, text: string, part: string) =>
  `${file}:${text.slice(0, text.indexOf(part)).split('\n').length}`
const inBase = (part: string) => line('base/web.yaml', base, part)
const inOverlay = (part: string) => line('prod/kustomization.yaml', overlay, part)

test.each([
  [
    'a strategic merge patch in a file',
    'spec.template.spec.containers[name=web].resources.limits.memory',
    ['patch whole prod/memory.yaml:12 patch files'],
  ],
  [
    'a JSON patch in a file',
    '.spec.template.spec.terminationGracePeriodSeconds',
    ['patch whole prod/grace.json:1 patch files'],
  ],
  [
    'a JSON patch written into the kustomization',
    '.spec.minReadySeconds',
    [`patch whole ${inOverlay('value: 20')} overlay`],
  ],
  [
    'a patch written into the kustomization, of a list item within a list item',
    'spec.template.spec.containers[name=web].env[name=MODE].value',
    [`patch whole ${inOverlay('value: fast')} overlay`],
  ],
  ['the transformer of replicas', '.spec.replicas', [`transformer whole ${inOverlay('count:')} more memory`]],
  [
    'what nothing overlays',
    '.spec.revisionHistoryLimit',
    [`base whole ${inBase('revisionHistoryLimit')} base`],
  ],
  [
    'a value that stands in two items alike',
    'spec.template.spec.containers[name="web"].env[name="LEVEL"].value',
    [`base whole ${inBase('value: info')} base`],
  ],
  [
    "an image: the name is the base's, the tag the overlay's",
    'spec.template.spec.containers[name=web].image',
    [`base part ${inBase('shop/web:1.0')} base`, `transformer part ${inOverlay('newTag')} overlay`],
  ],
  [
    'an image that nothing overlays',
    'spec.template.spec.containers[name=side].image',
    [`base whole ${inBase('shop/side:7')} base`],
  ],
  [
    'a label of the transformer',
    '.metadata.labels.team',
    [`transformer whole ${inOverlay('team:')} overlay`],
  ],
  ['the namespace', '.metadata.namespace', [`transformer whole ${inOverlay('namespace:')} overlay`]],
  [
    'a name with its prefix',
    '.metadata.name',
    [`transformer part ${inOverlay('namePrefix')} overlay`, `base part ${inBase('name: web')} base`],
  ],
])('%s', async (_title, path, expected) => {
  const found = await scene.session.client.call('blame.field', {
    appId: app.id,
    key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'prod-web' },
    path,
  })
  expect([told(found).toSorted(), found.notes]).toEqual([[...expected].toSorted(), []])
})

async function generated(prefix: string) {
  const yaml = scene.repo.git('rev-parse', 'HEAD')
  const shown = await scene.session.client.call('commit.show', { appId: app.id, commit: yaml })
  expect(shown.problems).toEqual([])
  const all = await scene.session.client.call('compare.run', {
    appId: app.id,
    from: { kind: 'revision', revision: 'HEAD~4' },
    to: { kind: 'revision', revision: 'HEAD' },
  })
  const key = all.manifests.find((one) => one.key.name.startsWith(prefix))?.key
  if (key === undefined) throw new Error(`${prefix} is not rendered`)
  return key
}

test.each([
  ['LEVEL', [`generator whole ${inOverlay('LEVEL=warn')} overlay`]],
  ['app.conf', ['generator whole prod/app.conf:1 generated']],
  ['MEM', ['generator whole prod/limits.env:2 generated']],
])('what a generator makes: %s', async (name, expected) => {
  const key = await generated('prod-settings')
  const found = await scene.session.client.call('blame.field', { appId: app.id, key, path: `.data.${name}` })
  expect([told(found), found.notes]).toEqual([expected, []])
})

test('the hash at the end of a generated name is told, and proved to nobody', async () => {
  const key = await generated('prod-settings')
  const found = await scene.session.client.call('blame.field', { appId: app.id, key, path: '.metadata.name' })
  expect(found.notes).toEqual(['The end of the name is a hash that Kustomize makes of the content.'])
  expect(told(found).toSorted()).toEqual([
    `generator part ${inOverlay('name: settings')} overlay`,
    `transformer part ${inOverlay('namePrefix')} overlay`,
  ])
})

test("a Secret's field is blamed, and its value is nowhere in the answer", async () => {
  const key = await generated('prod-keys')
  const pin = await scene.session.client.call('blame.field', { appId: app.id, key, path: '.data.pin' })
  const token = await scene.session.client.call('blame.field', { appId: app.id, key, path: '.data.token' })
  expect([told(pin), told(token)]).toEqual([
    [`generator whole ${inOverlay('pin=')} overlay`],
    ['generator whole prod/keys.env:1 generated'],
  ])
  expect(pin.value).toBe('(secret)')
  expect(JSON.stringify([pin, token])).not.toMatch(/hush|4711|aHVza|NDcxM/)
  expect(token.origins[0]?.text).toBe('token=(secret)')
})

test('at an earlier revision the field has the origin that it had there', async () => {
  const found = await scene.session.client.call('blame.field', {
    appId: app.id,
    key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'prod-web' },
    path: '.spec.replicas',
    revision: 'HEAD~1',
  })
  expect([told(found), found.value]).toEqual([[`transformer whole ${inOverlay('count:')} overlay`], '4'])
})

test('a field that holds more than a value is told line by line', async () => {
  const found = await scene.session.client.call('blame.field', {
    appId: app.id,
    key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'prod-web' },
    path: 'spec.template.spec.containers[name=side]',
  })
  expect(
    told(found)
      .map((one) => one.split(' ').slice(2).join(' '))
      .toSorted(),
  ).toEqual(
    [
      `${inBase('name: side')} base`,
      `${inBase('shop/side:7')} base`,
      'base/web.yaml:29 base',
      'base/web.yaml:30 base',
    ].toSorted(),
  )
})
