import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectlBinary } from './build.ts'
import { createKubectl, mustKubectl } from './kubectl.ts'
import type { SharedDetails } from './shared.ts'
import { rightsManifests, teamNamespace, users, type User } from './users.ts'

/**
 * Points the suites at a disposable cluster. Its kubeconfig must be an administrator's: the other users are that one,
 * impersonating them, so that no accounts have to be made there.
 */
export async function useForeignCluster(
  kubeconfig: string,
): Promise<{ readonly details: SharedDetails; readonly stop: () => Promise<void> }> {
  const built = await kubectlBinary()
  const command = typeof built === 'string' ? built : 'kubectl'
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-foreign-'))
  const kubectlCache = join(dir, 'kubectl-cache')
  const kubectl = createKubectl({ command, kubeconfig, cacheDir: kubectlCache })
  await mustKubectl(kubectl, ['apply', '-f', '-'], rightsManifests())
  const text = await mustKubectl(kubectl, ['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'])
  const config = JSON.parse(text) as Config
  const kubeconfigs = Object.fromEntries(
    users.map((user) => [user, writeAs(user, config, dir)]),
  ) as Kubeconfigs
  const stop = async () => {
    await kubectl(['delete', '-f', '-', '--ignore-not-found', '--wait=false'], rightsManifests())
    rmSync(dir, { recursive: true, force: true })
  }
  const server = config.clusters[0]?.cluster.server ?? ''
  return { details: { server, kubectlCommand: command, kubectlCache, kubeconfigs }, stop }
}

function writeAs(user: User, config: Config, dir: string): string {
  const file = join(dir, `${user}.kubeconfig`)
  const as = user === 'admin' ? {} : { as: user }
  const namespace = user === 'namespace-only' ? { namespace: teamNamespace } : {}
  const own = {
    ...config,
    users: config.users.map((entry) => ({ ...entry, user: { ...entry.user, ...as } })),
    contexts: config.contexts.map((entry) => ({ ...entry, context: { ...entry.context, ...namespace } })),
  }
  writeFileSync(file, JSON.stringify(own), { mode: 0o600 })
  return file
}

type Kubeconfigs = Readonly<Record<User, string>>

type Config = {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[]
  readonly users: readonly { readonly name: string; readonly user: object }[]
  readonly contexts: readonly { readonly name: string; readonly context: object }[]
}
