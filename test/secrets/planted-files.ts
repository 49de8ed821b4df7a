import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlantedOrder, PlantedSecrets } from './planted-order.ts'

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

export function secretYaml(
  name: string,
  values: Readonly<Record<string, string>>,
  field = 'stringData',
): string {
  const lines = Object.entries(values).map(([key, value]) => `  ${key}: ${value}\n`)
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n${field}:\n${lines.join('')}`
}

/** Three apps, one of each tool, all of whose Secrets are planted ones. */
export function appFiles(secrets: PlantedSecrets): Readonly<Record<string, string>> {
  const listed = secretYaml('listed', { key: secrets.listed }).trimEnd().replaceAll('\n', '\n    ')
  return {
    'apps/web/web.yaml': deployment,
    'apps/web/secret.yaml': secretYaml('login', { pin: secrets.stringData }),
    'apps/web/data.yaml': secretYaml('data', { pin: base64(secrets.data) }, 'data'),
    'apps/web/adopted.yaml': secretYaml('adopted', { key: secrets.applied }),
    'apps/web/list.yaml': `apiVersion: v1\nkind: List\nitems:\n  - ${listed}\n`,
    'apps/gen/kustomization.yaml': `secretGenerator:\n  - name: made\n    literals: ["key=${secrets.generated}"]\n`,
    'apps/chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
    'apps/chart/values.yaml': `password: ${secrets.helm}\n`,
    'apps/chart/values.schema.json': JSON.stringify(schema),
    'apps/chart/templates/secret.yaml': `${complaint}${secretYaml('charted', { pin: '{{ .Values.password }}' })}`,
  }
}

/** Where a length is asked for, the password must be its digits. */
const schema = {
  if: { required: ['length'] },
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's word.
  then: { properties: { password: { pattern: '^[0-9]+$' } } },
}
const complaint = '{{ if .Values.weak }}{{ fail (printf "%s is weak" .Values.password) }}{{ end }}\n'

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: example/web:1
          envFrom:
            - secretRef: { name: login }
`

/** Contexts whose sign-in ends badly, each with something that must not be told. */
export const badContexts = [
  'outsider',
  'refused',
  'basic',
  'exec',
  'exec-prints',
  'exec-noise',
  'certificate',
  'authority',
  'proxied',
] as const

/** One kubeconfig for `planted`, who may do all, and the others; a second one that breaks off in a line with a token. */
export function writeKubeconfigs(order: PlantedOrder): { readonly good: string; readonly broken: string } {
  const { cluster, secrets, dir } = order
  const ca = base64(`-----BEGIN CERTIFICATE-----\n${secrets.authority}\n-----END CERTIFICATE-----\n`)
  const clusters = {
    planted: cluster,
    authority: { ...cluster, 'certificate-authority-data': ca },
    proxied: { ...cluster, 'proxy-url': `http://ada:${encodeURIComponent(secrets.proxy)}@127.0.0.1:9` },
  }
  const users = usersOf(order)
  const contexts = [
    ...Object.keys(users).map((user) => ({ name: user, cluster: 'planted', user })),
    { name: 'authority', cluster: 'authority', user: 'planted' },
    { name: 'proxied', cluster: 'proxied', user: 'planted' },
  ]
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'planted',
    clusters: Object.entries(clusters).map(([name, entry]) => ({ name, cluster: entry })),
    users: Object.entries(users).map(([name, user]) => ({ name, user })),
    contexts: contexts.map(({ name, ...context }) => ({ name, context })),
  }
  const good = join(dir, 'kubeconfig')
  writeFileSync(good, JSON.stringify(config), { mode: 0o600 })
  const broken = join(dir, 'kubeconfig-broken')
  const entry = `- name: torn\n  user:\n    token: "${secrets.brokenKubeconfig}\n    [`
  writeFileSync(broken, `apiVersion: v1\nkind: Config\nusers:\n${entry}\n`, { mode: 0o600 })
  return { good, broken }
}

function usersOf({ secrets, tokens }: PlantedOrder): Readonly<Record<string, unknown>> {
  const printed = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: secrets.execToken },
  }
  const key = `-----BEGIN PRIVATE KEY-----\n${base64(secrets.clientKey)}\n-----END PRIVATE KEY-----\n`
  return {
    planted: { token: tokens.admin },
    outsider: { token: tokens.outsider },
    refused: { token: secrets.token },
    basic: { username: 'ada', password: secrets.basic },
    // A program that complains with all it was given: its own variables, those of the operator, and words of the server.
    exec: signIn(
      secrets,
      `echo "pin $SIGN_IN"; env | grep -E "^(SIGN_IN|AWS)"; echo "token=${secrets.execWords}"; exit 1`,
    ),
    'exec-prints': signIn(secrets, `echo '${JSON.stringify(printed)}' >&3`),
    'exec-noise': signIn(secrets, `echo "${secrets.execNoise}" >&3`),
    certificate: {
      'client-certificate-data': base64(secrets.certificate),
      'client-key-data': base64(key),
    },
  }
}

/** The script's output is what the program complains; its answer is what it writes to 3. */
function signIn(secrets: PlantedSecrets, script: string): unknown {
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', `exec 3>&1 1>&2; ${script}`],
      env: [{ name: 'SIGN_IN', value: secrets.execEnv }],
      interactiveMode: 'Never',
    },
  }
}
