type Files = Readonly<Record<string, string>>

type WebBase = { readonly memory?: string; readonly banner?: string; readonly probe?: boolean }

/** `shop-web`: a Kustomize base with overlays for staging and prod. */
export const web = {
  files: ({ image }: { readonly image: string }): Files => ({
    'apps/shop-web/base/kustomization.yaml': lines(
      'resources:',
      '  - deployment.yaml',
      '  - service.yaml',
      'configMapGenerator:',
      '  - name: web-settings',
      '    files: [settings.properties]',
      'labels:',
      '  - pairs: { app.kubernetes.io/part-of: shop }',
    ),
    'apps/shop-web/base/service.yaml': lines(
      'apiVersion: v1',
      'kind: Service',
      'metadata:',
      '  name: web',
      'spec:',
      '  selector: { app: web }',
      '  ports:',
      '    - port: 80',
      '      targetPort: 8080',
    ),
    ...web.config({ banner: 'Welcome' }),
    ...web.staging({ image }),
    ...web.prod({ image, replicas: 2 }),
  }),
  base: ({ memory = '128Mi', probe = false }: WebBase): Files => ({
    'apps/shop-web/base/deployment.yaml': lines(
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata:',
      '  name: web',
      'spec:',
      '  # Overlays set the count of each environment.',
      '  replicas: 1',
      '  selector:',
      '    matchLabels: { app: web }',
      '  template:',
      '    metadata:',
      '      labels: { app: web }',
      '    spec:',
      '      containers:',
      '        - name: web',
      '          image: registry.shop.example/web:0.0.0',
      '          ports:',
      '            - containerPort: 8080',
      '          envFrom:',
      '            - configMapRef: { name: web-settings }',
      '          resources:',
      `            limits: { memory: ${memory} }`,
      ...(probe ? ['          readinessProbe:', '            httpGet: { path: /healthz, port: 8080 }'] : []),
    ),
  }),
  config: ({ banner = 'Welcome', ...base }: WebBase): Files => ({
    ...web.base(base),
    'apps/shop-web/base/settings.properties': lines(`banner=${banner}`, 'currency=EUR'),
  }),
  staging: ({ image }: { readonly image: string }): Files => ({
    'apps/shop-web/overlays/staging/kustomization.yaml': overlay({
      namespace: 'shop-staging',
      image,
      replicas: 1,
    }),
  }),
  prod: ({ image, replicas }: { readonly image: string; readonly replicas: number }): Files => ({
    'apps/shop-web/overlays/prod/kustomization.yaml': overlay({ namespace: 'shop', image, replicas }),
  }),
}

/** `shop-api`: a Helm chart with values for each environment. */
export const chart = {
  files: ({ image }: { readonly image: string }): Files => ({
    'apps/shop-api/Chart.yaml': lines('apiVersion: v2', 'name: shop-api', 'version: 0.1.0'),
    'apps/shop-api/values.yaml': lines(
      'image:',
      '  repository: registry.shop.example/api',
      '  tag: 0.0.0',
      'replicaCount: 1',
      'logLevel: info',
    ),
    'apps/shop-api/templates/_helpers.tpl': lines(
      '{{- define "shop-api.labels" -}}',
      'app: {{ .Release.Name }}',
      'app.kubernetes.io/part-of: shop',
      '{{- end }}',
    ),
    'apps/shop-api/templates/deployment.yaml': lines(
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata:',
      '  name: {{ .Release.Name }}',
      '  labels: {{- include "shop-api.labels" . | nindent 4 }}',
      'spec:',
      '  replicas: {{ .Values.replicaCount }}',
      '  selector:',
      '    matchLabels: { app: {{ .Release.Name }} }',
      '  template:',
      '    metadata:',
      '      labels: {{- include "shop-api.labels" . | nindent 8 }}',
      '    spec:',
      '      containers:',
      '        - name: api',
      '          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"',
      '          env:',
      '            - name: LOG_LEVEL',
      '              value: {{ .Values.logLevel | quote }}',
      '          ports:',
      '            - containerPort: 9090',
    ),
    'apps/shop-api/templates/service.yaml': lines(
      'apiVersion: v1',
      'kind: Service',
      'metadata:',
      '  name: {{ .Release.Name }}',
      '  labels: {{- include "shop-api.labels" . | nindent 4 }}',
      'spec:',
      '  selector: { app: {{ .Release.Name }} }',
      '  ports:',
      '    - port: 80',
      '      targetPort: 9090',
    ),
    ...api.images({ staging: image, prod: image }),
  }),
}

export const api = {
  images: ({ staging, prod }: { readonly staging: string; readonly prod: string }): Files => ({
    'apps/shop-api/values-staging.yaml': values({ image: staging, replicas: 1, logLevel: 'debug' }),
    ...api.prod({ image: prod, replicas: 2 }),
  }),
  prod: ({ image, replicas }: { readonly image: string; readonly replicas: number }): Files => ({
    'apps/shop-api/values-prod.yaml': values({ image, replicas, logLevel: 'warn' }),
  }),
}

/** `shop-jobs`: plain YAML. */
export const jobs = {
  files: ({ image, replicas }: { readonly image: string; readonly replicas: number }): Files => ({
    'apps/shop-jobs/worker.yaml': lines(
      '# Takes orders from the queue, one at a time.',
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata:',
      '  name: worker',
      '  namespace: shop',
      'spec:',
      `  replicas: ${replicas} # one for each queue partition`,
      '  selector:',
      '    matchLabels: { app: worker }',
      '  template:',
      '    metadata:',
      '      labels: { app: worker }',
      '    spec:',
      '      containers:',
      '        - name: worker',
      `          image: registry.shop.example/worker:${image}`,
      '          envFrom:',
      '            - secretRef: { name: queue }',
    ),
    'apps/shop-jobs/queue.yaml': lines(
      'apiVersion: v1',
      'kind: Secret',
      'metadata:',
      '  name: queue',
      '  namespace: shop',
      'type: Opaque',
      'stringData:',
      '  QUEUE_URL: amqp://worker:not-a-real-password@queue.shop.svc',
    ),
    'apps/shop-jobs/report.yaml': lines(
      'apiVersion: batch/v1',
      'kind: Job',
      'metadata:',
      '  name: report-setup',
      '  namespace: shop',
      'spec:',
      '  template:',
      '    spec:',
      '      restartPolicy: Never',
      '      containers:',
      '        - name: setup',
      '          image: registry.shop.example/report:1.0.0',
    ),
  }),
}

function overlay({
  namespace,
  image,
  replicas,
}: {
  readonly namespace: string
  readonly image: string
  readonly replicas: number
}): string {
  return lines(
    `namespace: ${namespace}`,
    'resources:',
    '  - ../../base',
    'images:',
    '  - name: registry.shop.example/web',
    `    newTag: ${image}`,
    'replicas:',
    '  - name: web',
    `    count: ${replicas}`,
  )
}

function values({
  image,
  replicas,
  logLevel,
}: {
  readonly image: string
  readonly replicas: number
  readonly logLevel: string
}): string {
  return lines('image:', `  tag: ${image}`, `replicaCount: ${replicas}`, `logLevel: ${logLevel}`)
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
