import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { controlPlaneBinary, kubectlBinary } from './build.ts'
import { createKubectl, mustKubectl, type Kubectl } from './kubectl.ts'
import { openData, type Data } from './data.ts'
import { startPart, type Part } from './part.ts'
import { partArgs, type PartName } from './part-args.ts'
import type { Ports } from './ports.ts'
import { get } from './request.ts'
import { rightsManifests, users, writeKubeconfig, type User } from './users.ts'

/** A running real control plane with nodes that pretend to run pods. */
export type ControlPlane = {
  readonly server: string
  readonly caFile: string
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string
  readonly kubeconfigFor: (user: User) => string
  /** Bearer token of a user, for requests by hand. */
  readonly tokenFor: (user: User) => string
  readonly kubectl: Kubectl
  /** Where kubectl keeps its discovery, for others who run it. */
  readonly kubectlCache: string
  /** Kills the API server: connections are cut, the data stays. */
  readonly stopApiServer: () => Promise<void>
  /** Starts it again on the same data and port, and waits until it is ready. */
  readonly startApiServer: () => Promise<void>
  /** Ends all parts; removes the data, unless it was given a folder for it. */
  readonly stop: () => Promise<void>
}

const startLimitMs = 90_000

/** Starts etcd, API server, controllers, scheduler and nodes; resolves when they work. Throws what they logged when they do not. */
export async function startControlPlane(
  options: { readonly dataDir?: string; readonly ports?: Ports; readonly nodes?: number } = {},
): Promise<ControlPlane> {
  const binary = await controlPlaneBinary()
  const kubectlCommand = await kubectlBinary()
  if (typeof binary !== 'string') throw new Error(binary.skipped)
  if (typeof kubectlCommand !== 'string') throw new Error(kubectlCommand.skipped)
  const dir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'wheelhouse-control-plane-'))
  mkdirSync(dir, { recursive: true })
  const data = await openData(dir, options.ports)
  const parts = new Map<PartName, Part>()
  const start = (name: PartName) => {
    const args = partArgs(name, data, options.nodes ?? 3)
    parts.set(name, startPart({ binary, name, args, logFile: join(dir, `${name}.log`) }))
  }
  const stop = async () => {
    const ends = [...parts].map(([name, part]) => part.end(name === 'etcd' ? 'SIGTERM' : 'SIGKILL'))
    await Promise.all(ends)
    if (options.dataDir === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
  }
  const kubectlCache = join(dir, 'kubectl-cache')
  const kubectl = createKubectl({
    command: kubectlCommand,
    kubeconfig: data.kubeconfigFor('admin'),
    cacheDir: kubectlCache,
  })
  const startApiServer = async () => {
    start('kube-apiserver')
    await until('the API server', parts, () => apiServerReady(data))
  }
  try {
    start('etcd')
    await startApiServer()
    writeKubeconfigs(data)
    start('kube-controller-manager')
    start('kube-scheduler')
    start('nodes')
    await mustKubectl(kubectl, ['apply', '-f', '-'], rightsManifests())
    await until('nodes and rights', parts, () => settled(data, options.nodes ?? 3))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    server: data.server,
    caFile: data.caFile,
    kubeconfig: data.kubeconfigFor('admin'),
    kubeconfigFor: data.kubeconfigFor,
    tokenFor: (user) => data.tokens[user],
    kubectl,
    kubectlCache,
    stopApiServer: async () => parts.get('kube-apiserver')?.end('SIGKILL'),
    startApiServer,
    stop,
  }
}

/** The authority is made by the API server's first start, so this comes after it. */
function writeKubeconfigs(data: Data): void {
  const ca = readFileSync(data.caFile, 'utf8')
  for (const user of users) {
    writeKubeconfig(data.kubeconfigFor(user), { server: data.server, ca, user, token: data.tokens[user] })
  }
}

/** Asks until it is so; a part that ends meanwhile, or the time limit, is thrown with the part's last lines. */
async function until(what: string, parts: ReadonlyMap<string, Part>, holds: () => Promise<boolean>) {
  const limit = Date.now() + startLimitMs
  for (;;) {
    // Nobody listening yet is the usual answer at first.
    if (await holds().catch(() => false)) return
    const ended = [...parts.values()].find((part) => !part.running())
    if (ended !== undefined) throw new Error(`${ended.name} ended:\n${ended.tail()}`)
    if (Date.now() > limit) {
      const logs = [...parts.values()].map((part) => `-- ${part.name}\n${part.tail()}`)
      throw new Error(`waited too long for ${what}\n${logs.join('\n')}`)
    }
    await wait(50)
  }
}

async function apiServerReady(data: Data): Promise<boolean> {
  const ca = readFileSync(data.caFile, 'utf8')
  const { status } = await get({ server: data.server, ca, token: data.tokens.admin }, '/readyz')
  return status === 200
}

/** All nodes take pods, and the aggregated roles have their rules: only then do the users have their rights. */
async function settled(data: Data, nodes: number): Promise<boolean> {
  const access = { server: data.server, ca: readFileSync(data.caFile, 'utf8'), token: data.tokens.admin }
  const list = JSON.parse((await get(access, '/api/v1/nodes')).body) as { items: readonly NodeObject[] }
  const ready = list.items.filter(
    ({ spec, status }) =>
      (spec?.taints ?? []).length === 0 &&
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  )
  if (ready.length < nodes) return false
  for (const name of ['view', 'edit']) {
    const answer = await get(access, `/apis/rbac.authorization.k8s.io/v1/clusterroles/${name}`)
    const role = JSON.parse(answer.body) as { readonly rules?: readonly unknown[] | null }
    if ((role.rules ?? []).length === 0) return false
  }
  const account = await get(access, '/api/v1/namespaces/default/serviceaccounts/default')
  return account.status === 200
}

type NodeObject = {
  readonly spec?: { readonly taints?: readonly unknown[] }
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}
