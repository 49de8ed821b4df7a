import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Everybody the suites sign in as; rights are in rbac.yaml. */
export const users = [
  { name: 'admin', token: 'admin-token-7d1f', groups: 'system:masters' },
  { name: 'viewer', token: 'viewer-token-93ab', groups: '' },
  { name: 'namespace-only', token: 'namespace-token-51cc', groups: '' },
  { name: 'outsider', token: 'outsider-token-04e2', groups: '' },
] as const
export type User = (typeof users)[number]['name']

export function writeKubeconfig(request: { readonly dir: string; readonly server: string; readonly caFile: string; readonly user: User }): string {
  const { dir, server, caFile, user } = request
  const token = users.find(({ name }) => name === user)?.token ?? ''
  const file = join(dir, `kubeconfig-${user}`)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user, namespace: 'default' } }],
    'current-context': 'test',
  }
  writeFileSync(file, JSON.stringify(config))
  return file
}
