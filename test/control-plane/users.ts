import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'

/** Who may do what: everything; read all but Secrets; edit namespace `team`; nothing. */
export const users = ['admin', 'viewer', 'namespace-only', 'outsider'] as const

/** One of the four kinds of user that the suites act as. */
export type User = (typeof users)[number]

/** Each user's token. */
export type Tokens = Readonly<Record<User, string>>

/** The namespace in which `namespace-only` may edit. */
export const teamNamespace = 'team'

export function createTokens(): Tokens {
  const token = () => randomBytes(24).toString('hex')
  return { admin: token(), viewer: token(), 'namespace-only': token(), outsider: token() }
}

/** The API server's token file: token, name, uid, groups. */
export function writeTokenFile(file: string, tokens: Tokens): void {
  const lines = users.map(
    (user) => `${tokens[user]},${user},${user}${user === 'admin' ? ',"system:masters"' : ''}`,
  )
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
}

/** A kubeconfig with one context, called `wheelhouse-test`. JSON is YAML too. */
export function writeKubeconfig(file: string, options: KubeconfigOptions): void {
  const { server, ca, user, token } = options
  const namespace = user === 'namespace-only' ? { namespace: teamNamespace } : {}
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'wheelhouse-test',
    clusters: [
      {
        name: 'wheelhouse-test',
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    contexts: [{ name: 'wheelhouse-test', context: { cluster: 'wheelhouse-test', user, ...namespace } }],
    users: [{ name: user, user: { token } }],
  }
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
}

type KubeconfigOptions = {
  readonly server: string
  readonly ca: string
  readonly user: User
  readonly token: string
}

/** What gives the viewer and the namespace-only user their rights; admin has them by its group, the outsider none. */
export function rightsManifests(): string {
  const role = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name })
  const subjects = (name: User) => [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }]
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: teamNamespace } },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'wheelhouse-test-viewer' },
      roleRef: role('view'),
      subjects: subjects('viewer'),
    },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name: 'wheelhouse-test-editor', namespace: teamNamespace },
      roleRef: role('edit'),
      subjects: subjects('namespace-only'),
    },
  ]
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}
