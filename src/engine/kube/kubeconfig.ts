import { readdir, stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { AppError } from '#contract'
import type { Problem } from '#contract'
import type { KubeContext, KubePorts } from './kube.ts'
import { readKubeconfigFile } from './kubeconfig-file.ts'
import type { ClusterEntry, ContextEntry, KubeconfigFile, UserEntry } from './kubeconfig-file.ts'

/** A context with the entries that it names. */
export type ResolvedContext = {
  readonly context: KubeContext
  readonly cluster: ClusterEntry
  /** undefined = the context names no user: anonymous. */
  readonly user: UserEntry | undefined
}

export type Kubeconfig = {
  readonly contexts: ReadonlyMap<string, ResolvedContext>
  readonly problems: readonly Problem[]
  /** Every path that was looked at, there or not: what to watch. */
  readonly paths: readonly string[]
}

/**
 * All kubeconfig files. KUBECONFIG's list (or ~/.kube/config) is merged as kubectl does: the first entry of a name wins, and a context may
 * name entries of another file. Files of the settings stand for themselves: k3s, kind and friends all call their entries `default`.
 */
export async function readKubeconfig(
  ports: Pick<KubePorts, 'env' | 'home' | 'settings'>,
): Promise<Kubeconfig> {
  const list = ports.env['KUBECONFIG']?.split(delimiter).filter((path) => path !== '') ?? []
  const standard = [
    ...new Set(list.length === 0 ? [join(ports.home, '.kube', 'config')] : list.map((path) => resolve(path))),
  ]
  const extra = ports.settings().kubeconfigs.map((path) => resolve(path.replace(/^~(?=[\\/]|$)/, ports.home)))
  const problems: Problem[] = []
  const merged = await readAll(standard, { problems, missing: list.length === 0 ? 'fine' : 'problem' })
  const extraFiles = (await Promise.all(extra.map(filesOf))).flat()
  const others = await readAll(
    [...new Set(extraFiles)].filter((path) => !standard.includes(path)),
    { problems, missing: 'problem' },
  )
  const contexts = new Map<string, ResolvedContext>()
  const current = merged.find((file) => file.currentContext !== undefined)?.currentContext
  for (const group of [merged, ...others.map((file) => [file])])
    addContexts(group, { contexts, problems, current })
  return { contexts, problems, paths: [...new Set([...standard, ...extra, ...extraFiles])] }
}

/** Throws CONTEXT_MISSING; KUBECONFIG_MISSING when no file names any context. */
export function resolveContext(config: Kubeconfig, name: string): ResolvedContext {
  const found = config.contexts.get(name)
  if (found !== undefined) return found
  const files = config.paths.join(', ')
  if (config.contexts.size === 0)
    throw new AppError('KUBECONFIG_MISSING', {
      message: `Context ${name}: no kubeconfig names a context (looked at ${files}).`,
      subject: name,
      action: 'open-settings',
    })
  throw new AppError('CONTEXT_MISSING', {
    message: `Context ${name} is in none of the kubeconfig files (${files}).`,
    subject: name,
    action: 'choose-context',
  })
}

type Reading = { readonly problems: Problem[]; readonly missing: 'fine' | 'problem' }

async function readAll(paths: readonly string[], reading: Reading): Promise<KubeconfigFile[]> {
  const files: KubeconfigFile[] = []
  for (const path of paths) {
    try {
      const file = await readKubeconfigFile(path)
      reading.problems.push(...file.problems)
      files.push(file)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'KUBECONFIG_MISSING' && reading.missing === 'fine') continue
      reading.problems.push({ code: error.code, message: error.message, file: path })
    }
  }
  return files
}

/** A folder stands for the files in it (not in folders below); editors' leftovers and hidden files are none. */
async function filesOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() !== true) return [path]
  const entries = await readdir(path, { withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && !/^\.|[~#]$|\.(lock|bak|swp|tmp)$/.test(entry.name))
    .map((entry) => join(path, entry.name))
    .toSorted()
}

type Adding = {
  readonly contexts: Map<string, ResolvedContext>
  readonly problems: Problem[]
  readonly current: string | undefined
}

function addContexts(group: readonly KubeconfigFile[], to: Adding): void {
  const clusters = firstByName(group.flatMap((file) => file.clusters))
  const users = firstByName(group.flatMap((file) => file.users))
  for (const file of group) {
    for (const entry of file.contexts) {
      const cluster = clusters.get(entry.cluster)
      const user = users.get(entry.user)
      const why = unusable({ entry, cluster, user, taken: to.contexts.get(entry.name) })
      if (cluster === undefined || why !== undefined) {
        const message = `${file.file}: context ${entry.name} ${why}.`
        to.problems.push({ code: 'KUBECONFIG_BROKEN', message, file: file.file })
        continue
      }
      const context = {
        ...entry,
        server: cluster.server,
        current: to.current === entry.name,
        file: file.file,
        ...(user?.exec === undefined ? {} : { signIn: user.exec.command }),
      }
      to.contexts.set(entry.name, { cluster, user, context })
    }
  }
}

function unusable(from: {
  readonly entry: ContextEntry
  readonly cluster: ClusterEntry | undefined
  readonly user: UserEntry | undefined
  readonly taken: ResolvedContext | undefined
}): string | undefined {
  const { entry, cluster, user, taken } = from
  if (taken !== undefined) return `is hidden by the one of ${taken.context.file}`
  if (cluster === undefined) return `names the cluster ${entry.cluster}, which is not there`
  if (!isServer(cluster.server)) return 'has no usable server address'
  if (entry.user !== '' && user === undefined) return `names the user ${entry.user}, who is not there`
  return undefined
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): Map<string, T> {
  const first = new Map<string, T>()
  for (const entry of entries) if (!first.has(entry.name)) first.set(entry.name, entry)
  return first
}

function isServer(server: string): boolean {
  return URL.canParse(server) && /^https?:$/.test(new URL(server).protocol)
}
