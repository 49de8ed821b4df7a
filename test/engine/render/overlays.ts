/** One kustomization with everything it reads; `app` is the folder that is built. */
export type Overlay = { readonly title: string; readonly files: Readonly<Record<string, string>> }

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { tier: front }
  annotations: { note: "keep: me" }
spec:
  replicas: 2
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      serviceAccountName: web
      containers:
        - name: web
          image: example/web:1.0
          ports: [{ containerPort: 8080, name: http }]
          env:
            - { name: LEVEL, value: info }
            - name: HOST
              valueFrom: { configMapKeyRef: { name: settings, key: host } }
        - name: side
          image: example/side@sha256:0123456789012345678901234567890123456789012345678901234567890123
      volumes:
        - name: data
          configMap: { name: settings, defaultMode: 0644 }
`
const service = `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: http }]
`
const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web }\n'
const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: [{ kind: ServiceAccount, name: web, namespace: default }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
`
const base = {
  'base/kustomization.yaml':
    'resources: [deployment.yaml, service.yaml, account.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [host=example.org]\n',
  'base/deployment.yaml': deployment,
  'base/service.yaml': service,
  'base/account.yaml': account,
}
const over = (title: string, lines: string, files: Readonly<Record<string, string>> = {}): Overlay => ({
  title,
  files: { ...base, ...files, 'app/kustomization.yaml': `resources: [../base]\n${lines}` },
})
const scalePatch = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 7 }\n'

/** Forty-odd overlays of our own, one idea each. */
export const overlays: readonly Overlay[] = [
  {
    title: 'a folder with one resource',
    files: { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': service },
  },
  {
    title: 'the file named kustomization.yml',
    files: { 'app/kustomization.yml': 'resources: [a.yaml]\n', 'app/a.yaml': service },
  },
  {
    title: 'the file named Kustomization',
    files: { 'app/Kustomization': 'resources: [a.yaml]\n', 'app/a.yaml': account },
  },
  over('a base and nothing else', ''),
  over('namespace', 'namespace: prod\n'),
  over(
    'namespace over role bindings',
    'namespace: prod\nresources: [../base, rbac.yaml]\n'.replace('resources: [../base, rbac.yaml]\n', ''),
    {},
  ),
  {
    title: 'subjects of a binding follow namespace and prefix',
    files: {
      ...base,
      'app/rbac.yaml': binding,
      'app/kustomization.yaml': 'resources: [../base, rbac.yaml]\nnamespace: prod\nnamePrefix: x-\n',
    },
  },
  over('name prefix and suffix', 'namePrefix: blue-\nnameSuffix: -v2\n'),
  over('labels without selectors', 'labels:\n  - pairs: { team: shop }\n'),
  over('labels with selectors', 'labels:\n  - pairs: { team: shop }\n    includeSelectors: true\n'),
  over('labels in templates', 'labels:\n  - pairs: { team: shop }\n    includeTemplates: true\n'),
  over('common labels', 'commonLabels: { team: shop }\n'),
  over('common annotations', 'commonAnnotations: { owner: "shop team" }\n'),
  over('an image tag', 'images:\n  - { name: example/web, newTag: "1.5" }\n'),
  over(
    'an image by digest',
    'images:\n  - { name: example/web, digest: "sha256:abc0123456789012345678901234567890123456789012345678901234567890" }\n',
  ),
  over(
    'an image under a new name',
    'images:\n  - { name: example/web, newName: mirror.local/web, newTag: "2" }\n',
  ),
  over('replicas', 'replicas:\n  - { name: web, count: 5 }\n'),
  over('a strategic merge patch in a file', 'patches:\n  - path: patch.yaml\n', {
    'app/patch.yaml': scalePatch,
  }),
  over('a strategic merge patch inline', `patches:\n  - patch: |\n${indent(scalePatch)}`),
  over('patchesStrategicMerge', 'patchesStrategicMerge: [patch.yaml]\n', { 'app/patch.yaml': scalePatch }),
  over('a strategic merge patch that deletes a container', 'patches:\n  - path: patch.yaml\n', {
    'app/patch.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n        - name: side\n          $patch: delete\n',
  }),
  over('a strategic merge patch that adds an env', 'patches:\n  - path: patch.yaml\n', {
    'app/patch.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          env:\n            - { name: LEVEL, value: debug }\n            - { name: MORE, value: "1" }\n',
  }),
  over(
    'a patch that deletes a resource',
    'patches:\n  - patch: |\n      $patch: delete\n      apiVersion: v1\n      kind: Service\n      metadata: { name: web }\n',
  ),
  over(
    'a JSON patch inline',
    'patches:\n  - target: { kind: Deployment, name: web }\n    patch: |\n      - { op: replace, path: /spec/replicas, value: 9 }\n      - { op: add, path: /metadata/labels/extra, value: "yes" }\n',
  ),
  over(
    'a JSON patch in a file',
    'patches:\n  - target: { group: apps, version: v1, kind: Deployment }\n    path: patch.json\n',
    { 'app/patch.json': '[{"op":"remove","path":"/spec/template/spec/containers/1"}]' },
  ),
  over(
    'patchesJson6902',
    'patchesJson6902:\n  - target: { version: v1, kind: Service, name: web }\n    path: patch.yaml\n',
    { 'app/patch.yaml': '- { op: replace, path: /spec/ports/0/port, value: 8080 }\n' },
  ),
  over(
    'a patch by label selector',
    'patches:\n  - target: { labelSelector: "tier=front" }\n    patch: |\n      - { op: add, path: /metadata/annotations/marked, value: "1" }\n',
  ),
  over(
    'a patch by name pattern',
    'patches:\n  - target: { kind: Service, name: "w.*" }\n    patch: |\n      - { op: add, path: /spec/type, value: NodePort }\n',
  ),
  over(
    'a ConfigMap from literals',
    'configMapGenerator:\n  - name: more\n    literals: [a=1, "b=two words"]\n',
  ),
  over(
    'a ConfigMap from files',
    'configMapGenerator:\n  - name: more\n    files: [app.properties, other=named.txt]\n',
    { 'app/app.properties': 'x=1\ny=2\n', 'app/named.txt': 'text\n' },
  ),
  over('a ConfigMap from an env file', 'configMapGenerator:\n  - name: more\n    envs: [some.env]\n', {
    'app/some.env': 'A=1\nB=2\n',
  }),
  over(
    'a ConfigMap that merges into the base',
    'configMapGenerator:\n  - name: settings\n    behavior: merge\n    literals: [host=prod.example.org, extra=1]\n',
  ),
  over(
    'a ConfigMap that replaces the base',
    'configMapGenerator:\n  - name: settings\n    behavior: replace\n    literals: [host=other]\n',
  ),
  over(
    'generators without hashes',
    'generatorOptions:\n  disableNameSuffixHash: true\n  labels: { generated: "true" }\nconfigMapGenerator:\n  - name: more\n    literals: [a=1]\n',
  ),
  over(
    'a Secret with a type',
    'secretGenerator:\n  - name: token\n    type: Opaque\n    literals: [value=not-a-secret]\n',
  ),
  over('a Secret from files', 'secretGenerator:\n  - name: cert\n    files: [tls.crt]\n', {
    'app/tls.crt': 'certificate\n',
  }),
  over('a component', 'components: [../part]\n', {
    'part/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas:\n  - { name: web, count: 4 }\n',
  }),
  over('two components, one patching', 'components: [../part, ../other]\n', {
    'part/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels:\n  - pairs: { part: one }\n',
    'other/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - path: p.yaml\n',
    'other/p.yaml': scalePatch,
  }),
  over(
    'a replacement from a field to others',
    'replacements:\n  - source: { kind: Service, name: web, fieldPath: spec.ports.0.port }\n    targets:\n      - select: { kind: Deployment }\n        fieldPaths: [spec.template.spec.containers.0.env.0.value]\n',
  ),
  over('a replacement in a file, with a delimiter', 'replacements:\n  - path: r.yaml\n', {
    'app/r.yaml':
      'source: { kind: ServiceAccount, name: web, fieldPath: metadata.name }\ntargets:\n  - select: { kind: Deployment, name: web }\n    fieldPaths: ["spec.template.spec.containers.[name=web].image"]\n    options: { delimiter: "/", index: 0 }\n',
  }),
  over(
    'vars',
    'vars:\n  - name: SERVICE\n    objref: { kind: Service, name: web, apiVersion: v1 }\n    fieldref: { fieldpath: metadata.name }\npatches:\n  - path: p.yaml\n',
    {
      'app/p.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          command: ["run", "$(SERVICE)"]\n',
    },
  ),
  over('a base of a base', 'namePrefix: top-\n', {
    'base/kustomization.yaml':
      'resources: [deployment.yaml, service.yaml, account.yaml, ../deep]\nconfigMapGenerator:\n  - name: settings\n    literals: [host=example.org]\nnameSuffix: -mid\n',
    'deep/kustomization.yaml': 'resources: [cm.yaml]\nnamespace: deep\n',
    'deep/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: deep }\ndata: { a: "1" }\n',
  }),
  over(
    'custom resources and a name reference configuration',
    'resources: [../base, cr.yaml]\n'.replace(
      'resources: [../base, cr.yaml]\n',
      'configurations: [config.yaml]\nnamePrefix: p-\n',
    ),
    {
      'app/config.yaml':
        'nameReference:\n  - kind: ServiceAccount\n    fieldSpecs:\n      - path: spec/account\n        kind: Robot\n',
    },
  ),
  over('sort options', 'sortOptions:\n  order: legacy\n'),
  over('build metadata', 'buildMetadata: [managedByLabel]\n'),
  {
    title: 'a transformer of its own',
    files: {
      ...base,
      'app/kustomization.yaml': 'resources: [../base]\ntransformers: [t.yaml]\n',
      'app/t.yaml':
        'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: { name: t }\nprefix: made-\nfieldSpecs:\n  - path: metadata/name\n',
    },
  },
]

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `      ${line}`))
    .join('\n')
}
