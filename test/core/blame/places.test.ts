import { expect, test } from 'vitest'
import {
  below,
  candidatesFor,
  layersOf,
  linesOf,
  placesIn,
  probesOf,
  roleOf,
  scalarsOf,
  schemaChoices,
  templateCandidates,
  typedPath,
  valueRefs,
  withEdits,
} from '#core'
import type { SourceFile, Sources, Target } from '#core'

const file = (text: string, path = 'app/a.yaml'): SourceFile => ({ path, text })

test.each([
  ['spec.replicas', '.spec.replicas'],
  ['.spec.replicas', '.spec.replicas'],
  ['containers[name=web].env[name="X"].value', '.containers[name="web"].env[name="X"].value'],
  ['ports[containerPort=80,protocol=TCP].name', '.ports[containerPort=80,protocol="TCP"].name'],
  ['.labels["app.kubernetes.io/name"]', '.labels.app.kubernetes.io/name'],
  ['args[0]', '.args[0]'],
  ['finalizers[="a"]', '.finalizers[="a"]'],
])('%s is typed for %s', (typed, path) => {
  expect(typedPath(typed)).toBe(path)
})

/** Each scalar by its way, with the text that its range has. */
function shown(source: SourceFile): readonly string[] {
  return scalarsOf(source).map(
    ({ path, from, to, inside }) =>
      `${inside === undefined ? '' : `${inside.join('.')} > `}${path.join('.')} = ${JSON.stringify(source.text.slice(from, to))}`,
  )
}

test.each([
  [
    'plain, quoted and flow',
    'a: 1\nb: \'x\'\nc: { d: "y" }\n',
    ['a = "1"', 'b = "\'x\'"', 'c.d = "\\"y\\""'],
  ],
  ['several documents, with a byte order mark', '\uFEFFa: 1\n---\na: 2\n', ['a = "1"', 'a = "2"']],
  ['an alias has the place of its anchor', 'a: &x 5\nb: *x\n', ['a = "&x 5"'.replace('&x ', ''), 'b = "5"']],
  ['CRLF', 'a: 1\r\nb: two\r\n', ['a = "1"', 'b = "two"']],
  ['what is no YAML', 'a: [1\nb: {{ x }}\n', []],
  ['empty values are none', 'a:\nb: null\n', []],
])('scalars of a file: %s', (_title, text, expected) => {
  expect(shown(file(text))).toEqual(expected)
})

test('patches in strings are opened, with offsets of the file: blocks, quotes, and not what is folded', () => {
  const text =
    'patches:\n  - patch: |-\n      - op: replace\n        value: 20\n  - patch: \'[{"op": "add", "value": 3}]\'\n  - patch: >\n      value: 9\n'
  const inner = shown(file(text, 'app/kustomization.yaml')).filter((one) => one.includes(' > '))
  expect(inner).toEqual([
    'patches.0.patch > 0.op = "replace"',
    'patches.0.patch > 0.value = "20"',
    'patches.1.patch > 0.op = "\\"add\\""',
    'patches.1.patch > 0.value = "3"',
  ])
})

test('kubectl reads `0644`, `yes` and `1_000` as numbers and switches, and so do the places', () => {
  expect(scalarsOf(file('a: 0644\nb: yes\nc: 1_000\nd: 1.5\n')).map(({ value }) => value)).toEqual([
    420,
    true,
    1000,
    1.5,
  ])
})

const kustomization = `patches:
  - path: ../patches/a.yaml
  - target: { kind: X }
    patch: "x: 1"
patchesStrategicMerge: [b.yaml]
patchesJson6902: [{ path: c.json }]
configMapGenerator: [{ name: g, files: [k=d.conf], envs: [e.env], literals: [A=1] }]
secretGenerator: [{ name: s, env: f.env }]
`

test('the files that kustomizations name have their roles', () => {
  const files = [file(kustomization, 'app/kustomization.yaml')]
  const layers = layersOf({ files })
  expect(
    [[...layers.patches], [...layers.generators], [...layers.secrets]].map((one) => one.toSorted()),
  ).toEqual([['app/b.yaml', 'app/c.json', 'patches/a.yaml'], ['app/d.conf', 'app/e.env'], ['app/f.env']])
  const sources: Sources = { tool: 'kustomize', appPath: 'app', files, valuesFiles: [] }
  const role = (path: string, way: readonly (string | number)[] = []) =>
    roleOf({ file: path, path: way }, sources, layers)
  expect([
    role('app/b.yaml'),
    role('app/web.yaml'),
    role('base/web.yaml'),
    role('app/e.env'),
    role('app/kustomization.yaml', ['images', 0, 'newTag']),
    role('app/kustomization.yaml', ['configMapGenerator', 0, 'literals', 0]),
    roleOf({ file: 'app/kustomization.yaml', path: ['x'], inside: ['patches', 1, 'patch'] }, sources, layers),
  ]).toEqual(['patch', 'manifest', 'base', 'generator', 'transformer', 'generator', 'patch'])
  const helm: Sources = { ...sources, tool: 'helm', valuesFiles: ['v.yaml'] }
  expect(
    ['v.yaml', 'c/values.yaml', 'c/templates/a.yaml'].map((one) =>
      roleOf({ file: one, path: [] }, helm, layers),
    ),
  ).toEqual(['values', 'chart', 'template'])
})

test('a path beside a kustomization is one of the repository', () => {
  expect([below('a/b', '../c/d.yaml'), below('', './x'), below('.', 'x')]).toEqual(['a/c/d.yaml', 'x', 'x'])
})

const target = (path: string, value: string | number | boolean, more: Partial<Target> = {}): Target => ({
  key: { group: 'apps', kind: 'Deployment', namespace: '', name: 'web' },
  path,
  value,
  plain: value,
  name: path.split('.').at(-1) ?? '',
  shape: path.slice(1),
  secret: false,
  ...more,
})

test('of a kustomization only what may move into the field is tried, the likeliest first', () => {
  const files = [
    file(
      'kind: Deployment\nmetadata: { name: web }\nspec: { replicas: 3, minReadySeconds: 3 }\n',
      'base/web.yaml',
    ),
    file('kind: Other\nmetadata: { name: web }\nspec: { replicas: 3 }\n', 'base/other.yaml'),
    file(
      'resources: [../base]\nreplicas: [{ name: web, count: 3 }]\nnamePrefix: "3"\n',
      'app/kustomization.yaml',
    ),
  ]
  const sources: Sources = { tool: 'kustomize', appPath: 'app', files, valuesFiles: [] }
  const found = candidatesFor([target('.spec.replicas', 3)], sources.files.flatMap(placesIn), {
    sources,
    layers: layersOf(sources),
    refs: [],
  })
  expect(found.map(({ place, rank }) => `${place.file} ${place.path.join('.')} ${rank}`)).toEqual([
    'base/web.yaml spec.replicas 0',
    'app/kustomization.yaml replicas.0.count 2',
    'app/kustomization.yaml namePrefix 2',
  ])
  // With replacements any field may be copied into any other.
  const copying = [...files, file('replacements: []\n', 'base/kustomization.yaml')]
  const more = { ...sources, files: copying }
  expect(
    candidatesFor([target('.spec.replicas', 3)], more.files.flatMap(placesIn), {
      sources: more,
      layers: layersOf(more),
      refs: [],
    }),
  ).toHaveLength(5)
})

test.each([
  ['a number, then another one', 'a: 3', ['a: 4', 'a: 2']],
  ['a switch', 'a: true', ['a: false']],
  ['digits in quotes stay digits', "a: '3'", ["a: '4'", "a: '3-wheelprobe'"]],
  ['a switch in quotes', 'a: "false"', ['a: "true"']],
  ['text is marked', 'a: web # x', ['a: web-wheelprobe # x']],
  ['text in quotes', 'a: "x: y"', ['a: "x: y-wheelprobe"']],
  ['a block on its first line', 'a: |\n  one\n  two\n', ['a: |\n  one-wheelprobe\n  two\n']],
])('trials of %s', (_title, text, expected) => {
  const [place] = scalarsOf(file(text))
  if (place === undefined) throw new Error('no place')
  const trials = probesOf(place, text, { namesakes: [], choices: [] })
  const files = new Map([['app/a.yaml', text]])
  expect(trials.map((probe) => withEdits(files, probe).get('app/a.yaml'))).toEqual(expected)
})

test('a base image is tried together with the entry that names it, and that alone as the counter-trial', () => {
  const text = 'image: shop/web:1.0\nname: shop/web\n'
  const [image, name] = scalarsOf(file(text))
  if (image === undefined || name === undefined) throw new Error('no place')
  const joint = probesOf(image, text, { namesakes: [name], choices: [] }).at(-1)
  const files = new Map([['app/a.yaml', text]])
  expect(joint === undefined ? '' : withEdits(files, joint).get('app/a.yaml')).toBe(
    'image: shop/web-wheelprobe:1.0\nname: shop/web-wheelprobe\n',
  )
  expect(joint?.counter === undefined ? '' : withEdits(files, joint.counter).get('app/a.yaml')).toBe(
    'image: shop/web:1.0\nname: shop/web-wheelprobe\n',
  )
})

test("a schema's other choices are tried where a mark is refused", () => {
  const [place] = scalarsOf(file('service:\n  type: ClusterIP\n', 'c/values.yaml'))
  const schema = {
    properties: { service: { properties: { type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] } } } },
  }
  if (place === undefined) throw new Error('no place')
  expect(schemaChoices(place, [file(JSON.stringify(schema), 'c/values.schema.json')])).toEqual([
    'NodePort',
    'LoadBalancer',
  ])
  expect(schemaChoices(place, [file('not JSON', 'c/values.schema.json')])).toEqual([])
})

test('lines of templates that may write a field, and the values that they name', () => {
  const web = file(
    'kind: Deployment\nspec:\n  replicas: {{ .Values.count }}\n  template: {{- if .x }}\n  image: "{{ include "img" . }}"\n  labels: { tier: web }\n',
    'c/templates/web.yaml',
  )
  const helpers = file(
    '{{- define "img" -}}{{ .Values.image.name }}:{{ .Values.image.tag }}{{- end }}\n{{ define "x" }}{{ .Values.other }}{{ end }}',
    'c/templates/_helpers.tpl',
  )
  const lines = (one: Target) =>
    templateCandidates([one], [web, helpers]).map(
      ({ place }) => `${linesOf(place, web).line}: ${web.text.slice(place.from, place.to)}`,
    )
  expect(lines(target('.spec.replicas', 3))).toEqual(['3: {{ .Values.count }}'])
  expect(lines(target('.spec.image', 'a:1'))).toEqual(['5: "{{ include "img" . }}"'])
  expect(lines(target('.spec.template', 'x'))).toEqual([])
  expect(lines(target('.metadata.labels.tier', 'web'))).toEqual(['6: web'])
  expect(valueRefs('"{{ include "img" . }} {{ .Values.a }}"', [web, helpers])).toEqual([
    'a',
    'image.name',
    'image.tag',
  ])
})
