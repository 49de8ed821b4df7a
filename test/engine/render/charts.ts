/** One chart with the values files it is rendered with. */
export type Chart = {
  readonly title: string
  readonly files: Readonly<Record<string, string>>
  readonly values?: readonly string[]
}

const meta = (more = '') => `apiVersion: v2\nname: demo\nversion: 0.1.0\n${more}`
const cm = (body: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-settings\n  namespace: {{ .Release.Namespace }}\ndata:\n${body}\n`
const chart = (
  title: string,
  files: Readonly<Record<string, string>>,
  values?: readonly string[],
): Chart => ({
  title,
  files: {
    'Chart.yaml': meta(),
    'values.yaml': 'a: 1\nlist: [x, y]\nmap: { k: v }\nenabled: true\n',
    ...files,
  },
  ...(values === undefined ? {} : { values }),
})
const child = {
  'charts/child/Chart.yaml': 'apiVersion: v2\nname: child\nversion: 1.0.0\n',
  'charts/child/values.yaml': 'word: default\n',
  'charts/child/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: child }\ndata: { word: {{ .Values.word | quote }}, shared: {{ .Values.global.shared | default "none" | quote }} }\n',
}

/** Charts of our own, one idea each. */
export const charts: readonly Chart[] = [
  chart('plain values', { 'templates/cm.yaml': cm('  a: {{ .Values.a | quote }}') }),
  chart('helpers', {
    'templates/_helpers.tpl':
      '{{- define "demo.labels" -}}\napp: {{ .Chart.Name }}\nversion: {{ .Chart.Version | quote }}\n{{- end }}\n',
    'templates/cm.yaml': cm('  {{- include "demo.labels" . | nindent 2 }}'),
  }),
  chart(
    'values files over values',
    {
      'templates/cm.yaml': cm(
        '  a: {{ .Values.a | quote }}\n  k: {{ .Values.map.k }}\n  l: {{ join "," .Values.list }}',
      ),
      'prod.yaml': 'a: 2\nmap: { k: w }\n',
      'more.yaml': 'list: [z]\n',
    },
    ['prod.yaml', 'more.yaml'],
  ),
  chart(
    'null removes a default',
    {
      'templates/cm.yaml': cm('  keys: {{ keys .Values.map | sortAlpha | join "," | quote }}'),
      'prod.yaml': 'map: { k: null, other: 1 }\n',
    },
    ['prod.yaml'],
  ),
  chart('conditions and ranges', {
    'templates/cm.yaml':
      '{{- if .Values.enabled }}\n' +
      cm('  {{- range $i, $x := .Values.list }}\n  k{{ $i }}: {{ $x }}\n  {{- end }}') +
      '{{- end }}\n',
  }),
  chart('an empty template', {
    'templates/none.yaml': '{{- if not .Values.enabled }}\n' + cm('  a: b') + '{{- end }}\n',
    'templates/cm.yaml': cm('  a: "1"'),
  }),
  chart('several documents in one file', {
    'templates/all.yaml': `${cm('  a: "1"')}---\napiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { ports: [{ port: 80 }] }\n---\n# only a comment\n`,
  }),
  chart('install order of kinds', {
    'templates/z.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: ns }\n',
    'templates/a.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d }\nspec: { replicas: 1 }\n',
    'templates/m.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n',
  }),
  chart('a subchart with values and globals', {
    ...child,
    'values.yaml': 'child: { word: parent }\nglobal: { shared: all }\n',
    'templates/cm.yaml': cm('  a: {{ .Values.global.shared }}'),
  }),
  chart('a subchart switched off by its condition', {
    ...child,
    'Chart.yaml': meta('dependencies:\n  - { name: child, version: 1.0.0, condition: child.enabled }\n'),
    'values.yaml': 'child: { enabled: false }\n',
    'templates/cm.yaml': cm('  a: "1"'),
  }),
  chart('a subchart under an alias, and tags', {
    ...child,
    'Chart.yaml': meta('dependencies:\n  - { name: child, version: 1.0.0, alias: first, tags: [on] }\n'),
    'values.yaml': 'first: { word: aliased }\ntags: { on: true }\n',
    'templates/cm.yaml': cm('  a: "1"'),
  }),
  chart('a library chart', {
    'charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n',
    'charts/lib/templates/_all.tpl': '{{- define "lib.cm" -}}\nshared: {{ .Release.Name }}\n{{- end }}\n',
    'templates/cm.yaml': cm('  {{- include "lib.cm" . | nindent 2 }}'),
  }),
  chart('hooks come last', {
    'templates/hook.yaml':
      'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations: { "helm.sh/hook": pre-install, "helm.sh/hook-weight": "5" }\nspec: { template: { spec: { restartPolicy: Never, containers: [] } } }\n',
    'templates/cm.yaml': cm('  a: "1"'),
  }),
  chart('CRDs', {
    'crds/robots.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: robots.example.org }\nspec: { group: example.org }\n',
    'templates/r.yaml': 'apiVersion: example.org/v1\nkind: Robot\nmetadata: { name: r }\n',
  }),
  chart('capabilities', {
    'templates/cm.yaml': cm(
      '  kube: {{ .Capabilities.KubeVersion.Version }}\n  minor: {{ .Capabilities.KubeVersion.Minor | quote }}\n  apps: {{ .Capabilities.APIVersions.Has "apps/v1" | quote }}\n  none: {{ .Capabilities.APIVersions.Has "example.org/v1" | quote }}\n  semver: {{ semverCompare ">=1.30.0" .Capabilities.KubeVersion.Version | quote }}',
    ),
  }),
  chart('files', {
    'files/one.txt': 'first\n',
    'files/two.txt': 'second\n',
    'templates/cm.yaml': cm(
      '  {{- (.Files.Glob "files/*.txt").AsConfig | nindent 2 }}\n  one: {{ .Files.Get "files/one.txt" | b64enc }}',
    ),
  }),
  chart('tpl and toYaml', {
    'values.yaml': 'text: "{{ .Release.Name }}-x"\nmap: { b: 2, a: [1, { c: d }] }\n',
    'templates/cm.yaml': cm(
      '  t: {{ tpl .Values.text . }}\n  y: |\n    {{- toYaml .Values.map | nindent 4 }}',
    ),
  }),
  chart('lookup answers nothing', {
    'templates/cm.yaml': cm('  found: {{ empty (lookup "v1" "Secret" "default" "x") | quote }}'),
  }),
  chart('.helmignore', {
    '.helmignore': '*.bak\nsecret/\n',
    'templates/cm.yaml': cm('  a: "1"'),
    'templates/old.yaml.bak': 'not: yaml: at all',
    'NOTES.txt': 'x',
    'templates/NOTES.txt': 'Thank you for {{ .Release.Name }}',
  }),
  chart('.helmignore with a negated rule', {
    '.helmignore': '# Helm ends at the first rule that decides\n!*.yaml\n',
    'templates/cm.yaml': cm('  a: "1"'),
    'templates/notes.md': '{{ fail "never read" }}',
  }),
  chart('.helmignore from the root', {
    '.helmignore': '/templates/off\ntemplates/*.off.yaml\n',
    'templates/cm.yaml': cm('  a: "1"'),
    'templates/x.off.yaml': '{{ fail "never read" }}',
    'templates/off/x.yaml': '{{ fail "never read" }}',
  }),
  chart('a values file of another environment, read as a file', {
    'values-prod.yaml': 'a: 3\n',
    'templates/cm.yaml': cm('  prod: {{ .Files.Get "values-prod.yaml" | quote }}'),
  }),
  chart("Helm's own version", { 'templates/cm.yaml': cm('  helm: {{ .Capabilities.HelmVersion.Version }}') }),
  chart('large and fractional numbers', {
    'values.yaml': 'large: 12345678\nhuge: 1e21\nhalf: 0.5\nport: 8080\noctal: 0644\n',
    'templates/cm.yaml': cm(
      '  large: {{ .Values.large | quote }}\n  huge: {{ .Values.huge | quote }}\n  half: {{ .Values.half | quote }}\n  port: {{ .Values.port | int }}\n  octal: {{ .Values.octal | quote }}\n',
    ).replace('port: {{ .Values.port | int }}', 'port: {{ .Values.port | int | quote }}'),
  }),
  chart('files with a byte order mark', {
    'values.yaml': '\uFEFFa: marked\n',
    'templates/cm.yaml': `\uFEFF${cm('  a: {{ .Values.a }}')}`,
  }),
  chart('hooks among several, by weight and kind', {
    'templates/hooks.yaml': [
      ['b', 'pre-install', '1'],
      ['a', 'post-install', '-1'],
      ['c', 'test', '0'],
    ]
      .map(
        ([name, hook, weight]) =>
          `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  annotations: { "helm.sh/hook": ${hook}, "helm.sh/hook-weight": "${weight}" }\n`,
      )
      .join('---\n'),
    'templates/cm.yaml': cm('  a: "1"'),
  }),
]
