import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App } from '#contract'
import { openBlameScene, told } from './scene.ts'
import type { BlameScene } from './scene.ts'

// A chart with values over its defaults, computed values, conditions, helpers, literals, and a line that no trial can tell.

let scene: BlameScene
let app: App

const template = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "web.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  revisionHistoryLimit: 7
  minReadySeconds: {{ mul .Values.zones .Values.perZone }}
  selector:
    matchLabels: { app: {{ .Release.Name }} }
  template:
    metadata:
      labels: { app: {{ .Release.Name }}, tier: frontend }
    spec:
      serviceAccountName: {{ .Values.account | default "nobody" }}
      containers:
        - name: web
          image: "{{ .Values.image.registry }}/web:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ if .Values.eager }}Always{{ else }}IfNotPresent{{ end }}
          env:
            - name: LEVEL
              value: {{ .Values.level | upper | quote }}
            - name: HOST
              value: {{ include "web.host" . }}
          resources: {{- toYaml .Values.resources | nindent 12 }}
{{- range $name, $value := dict "a" 1 }}
          args: [{{ printf "%s-%d" $name $value | quote }}]
{{- end }}
`
const helpers = `{{- define "web.labels" -}}
app.kubernetes.io/part-of: {{ .Values.suite }}
{{- end }}
{{- define "web.host" -}}
{{ .Values.sub }}.{{ .Values.domain }}
{{- end }}
`
const defaults = `image:
  registry: registry.example
  tag: ""
replicas: 1
zones: 3
perZone: 2
eager: false
level: info
suite: shop
sub: www
domain: example.org
pullType: ClusterIP
resources:
  limits:
    memory: 128Mi
    cpu: 500m
`
const prod = `# What prod has otherwise.
replicas: 4
resources:
  limits:
    memory: 256Mi
`
const service = `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  type: {{ .Values.pullType }}
  ports: [{ port: 80 }]
`

beforeAll(async () => {
  scene = await openBlameScene()
  const { repo } = scene
  repo.commit('chart', {
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: "2.3"\n',
    'web/templates/_helpers.tpl': helpers,
    'web/templates/web.yaml': template,
    'web/templates/service.yaml': service,
    'web/values.schema.json':
      '{"properties": {"pullType": {"enum": ["ClusterIP", "NodePort"]}, "replicas": {"type": "integer", "maximum": 4}}}\n',
  })
  repo.commit('defaults', { 'web/values.yaml': defaults })
  repo.commit('prod', { 'values-prod.yaml': prod })
  app = await scene.add({
    path: 'web',
    tool: 'helm',
    helm: { releaseName: 'shop', valuesFiles: ['values-prod.yaml'] },
  })
})
afterAll(() => scene.close())

const at = (file: string, text: string, part: string) =>
  `${file}:${text.slice(0, text.indexOf(part)).split('\n').length}`
const tpl = (part: string) => `template writes ${at('web/templates/web.yaml', template, part)} chart`
const value = (share: string, part: string) =>
  `chart ${share} ${at('web/values.yaml', defaults, part)} defaults`
const container = 'spec.template.spec.containers[name=web]'

test.each([
  [
    'a values file over the default, at the edge of what the schema allows',
    'spec.replicas',
    [tpl('replicas:'), 'values whole values-prod.yaml:2 prod'],
  ],
  [
    'a value within a block that is printed as YAML',
    `${container}.resources.limits.memory`,
    ['values whole values-prod.yaml:5 prod'],
  ],
  [
    'a default that nothing overrides, within the same block',
    `${container}.resources.limits.cpu`,
    [value('whole', 'cpu:')],
  ],
  ["a template's literal", 'spec.revisionHistoryLimit', ['template whole web/templates/web.yaml:8 chart']],
  [
    'a literal in the middle of a line',
    'spec.template.metadata.labels.tier',
    [`template whole ${at('web/templates/web.yaml', template, 'tier:')} chart`],
  ],
  [
    'a product of two values',
    'spec.minReadySeconds',
    [tpl('minReadySeconds:'), value('decides', 'zones:'), value('decides', 'perZone:')],
  ],
  [
    "an image of a value and, since the tag is empty, the chart's version",
    `${container}.image`,
    [
      tpl('image:'),
      value('part', 'registry:'),
      value('decides', 'tag:'),
      'chart part web/Chart.yaml:4 chart',
    ],
  ],
  ['a condition', `${container}.imagePullPolicy`, [tpl('imagePullPolicy:'), value('decides', 'eager:')]],
  [
    'a value that is changed on its way',
    `${container}.env[name=LEVEL].value`,
    [
      `template writes ${at('web/templates/web.yaml', template, '.Values.level')} chart`,
      value('decides', 'level:'),
    ],
  ],
  [
    'two values in a named template',
    `${container}.env[name=HOST].value`,
    [
      `template writes ${at('web/templates/web.yaml', template, 'web.host')} chart`,
      value('part', 'sub:'),
      value('part', 'domain:'),
    ],
  ],
  [
    'a label of a named template',
    '.metadata.labels["app.kubernetes.io/part-of"]',
    [
      `template writes ${at('web/templates/_helpers.tpl', helpers, 'part-of')} chart`,
      value('whole', 'suite:'),
    ],
  ],
  [
    "a default within the template's line",
    'spec.template.spec.serviceAccountName',
    [tpl('serviceAccountName:')],
  ],
])('%s', async (_title, path, expected) => {
  const found = await scene.blame(app, 'Deployment/shop', path)
  expect([told(found).toSorted(), found.notes]).toEqual([[...expected].toSorted(), []])
})

test('a value of which the schema allows a few: another of them is tried', async () => {
  expect(told(await scene.blame(app, 'Service/shop', 'spec.type')).toSorted()).toEqual([
    value('whole', 'pullType:'),
    `template writes ${at('web/templates/service.yaml', service, 'type:')} chart`,
  ])
})

test('what no trial can move is said so, with the template that declares it', async () => {
  const found = await scene.blame(app, 'Deployment/shop', `${container}.args[0]`)
  expect(told(found)).toEqual(['possible template web/templates/web.yaml'])
  expect(found.notes.join()).toMatch(/^No line could be proved.*web\/templates\/web\.yaml/)
})
