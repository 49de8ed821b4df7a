import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { load } from 'js-yaml'
import { AppError } from '#contract'
import type { Problem } from '#contract'
import { at, isObject, listAt, stringAt } from '#core'
import { readEntries } from './client-node.ts'
import type { KubeConfigEntries } from './client-node.ts'

export type ClusterEntry = {
  readonly name: string
  readonly server: string
  readonly caFile?: string
  readonly caData?: string
  readonly insecure: boolean
  readonly tlsServerName?: string
  readonly proxyUrl?: string
  /** Extension `client.authentication.k8s.io/exec`: handed to sign-in programs that ask for the cluster. */
  readonly execConfig?: unknown
}

export type ExecEntry = {
  readonly apiVersion: string
  /** A name for the PATH, or an absolute path. */
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly installHint?: string
  readonly interactive: 'Never' | 'IfAvailable' | 'Always'
  readonly provideClusterInfo: boolean
}

export type UserEntry = {
  readonly name: string
  readonly file: string
  readonly token?: string
  readonly tokenFile?: string
  readonly username?: string
  readonly password?: string
  readonly certFile?: string
  readonly certData?: string
  readonly keyFile?: string
  readonly keyData?: string
  readonly exec?: ExecEntry
  /** client-node's own form, for the providers that it handles. */
  readonly provider?: { readonly name: string; readonly user: KubeConfigEntries['users'][number] }
  readonly impersonate: Readonly<Record<string, string | readonly string[]>>
}

export type ContextEntry = {
  readonly name: string
  readonly cluster: string
  readonly user: string
  readonly namespace: string
}

export type KubeconfigFile = {
  readonly file: string
  readonly clusters: readonly ClusterEntry[]
  readonly users: readonly UserEntry[]
  readonly contexts: readonly ContextEntry[]
  readonly currentContext: string | undefined
  readonly problems: readonly Problem[]
}

const maxBytes = 10 * 1024 * 1024

/** One kubeconfig file, its paths made absolute. Throws KUBECONFIG_MISSING, KUBECONFIG_BROKEN. */
export async function readKubeconfigFile(file: string): Promise<KubeconfigFile> {
  const text = await readText(file)
  const raw = parseText(text, file)
  const entries = await readEntries(text)
  const root = dirname(file)
  const rawOf = (list: string, name: string, field: string) =>
    at(
      listAt(raw, list).find((entry) => stringAt(entry, 'name') === name),
      field,
    )
  return {
    file,
    clusters: entries.clusters.map((entry) =>
      toCluster(entry, rawOf('clusters', entry.name, 'cluster'), root),
    ),
    users: entries.users.map((entry) =>
      toUser({ entry, raw: rawOf('users', entry.name, 'user'), root, file }),
    ),
    contexts: entries.contexts.map((entry) => ({
      name: entry.name,
      cluster: entry.cluster,
      user: entry.user ?? '',
      namespace: entry.namespace ?? 'default',
    })),
    currentContext: entries.currentContext,
    problems: skipped(raw, entries, file),
  }
}

async function readText(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    if (bytes.length <= maxBytes) return bytes.toString('utf8')
    throw broken(file, 'it is larger than 10 MiB')
  } catch (error) {
    if (error instanceof AppError) throw error
    const code: unknown = Reflect.get(Object(error), 'code')
    if (code === 'ENOENT')
      throw new AppError('KUBECONFIG_MISSING', { message: `${file}: there is no such file.`, subject: file })
    throw broken(file, `it cannot be read (${String(code)})`)
  }
}

function parseText(text: string, file: string): unknown {
  let raw: unknown
  try {
    raw = load(text)
  } catch (error) {
    // Only the place: the parser quotes the lines around it, and they hold tokens.
    const line: unknown = Reflect.get(Object(Reflect.get(Object(error), 'mark')), 'line')
    throw broken(file, typeof line === 'number' ? `the YAML breaks off at line ${line + 1}` : 'it is no YAML')
  }
  if (!isObject(raw)) throw broken(file, 'it is empty or no kubeconfig')
  if (typeof raw['kind'] === 'string' && raw['kind'] !== 'Config')
    throw broken(file, `it is a ${raw['kind']}`)
  if (!['clusters', 'users', 'contexts'].some((key) => key in raw)) throw broken(file, 'it names no contexts')
  return raw
}

function broken(file: string, why: string): AppError {
  return new AppError('KUBECONFIG_BROKEN', {
    message: `${file}: ${why}.`,
    subject: file,
    action: 'show-file',
  })
}

/** client-node leaves incomplete entries out without a word. */
function skipped(raw: unknown, entries: KubeConfigEntries, file: string): Problem[] {
  return (['clusters', 'users', 'contexts'] as const).flatMap((list) => {
    const names = new Set(entries[list].map((entry) => entry.name))
    return listAt(raw, list).flatMap((entry, index) => {
      const name = stringAt(entry, 'name')
      if (name !== undefined && names.has(name)) return []
      const message = `${file}: ${list}[${index}]${name === undefined ? '' : ` (${name})`} is not complete and left out.`
      return [{ code: 'KUBECONFIG_BROKEN', message, file }]
    })
  })
}

function toCluster(entry: KubeConfigEntries['clusters'][number], raw: unknown, root: string): ClusterEntry {
  const extension = listAt(raw, 'extensions').find(
    (one) => stringAt(one, 'name') === 'client.authentication.k8s.io/exec',
  )
  const execConfig = at(extension, 'extension')
  return {
    name: entry.name,
    server: entry.server.replace(/\/+$/, ''),
    insecure: entry.skipTLSVerify === true,
    ...present('caFile', absolute(entry.caFile, root)),
    ...present('caData', entry.caData),
    ...present('tlsServerName', entry.tlsServerName),
    ...present('proxyUrl', entry.proxyUrl),
    ...(execConfig === undefined ? {} : { execConfig }),
  }
}

function toUser(from: {
  readonly entry: KubeConfigEntries['users'][number]
  readonly raw: unknown
  readonly root: string
  readonly file: string
}): UserEntry {
  const { entry, raw, root, file } = from
  const provider = stringAt(raw, 'auth-provider', 'name')
  const exec = isObject(at(raw, 'exec')) ? toExec(at(raw, 'exec'), root) : undefined
  return {
    name: entry.name,
    file,
    ...present('token', stringAt(raw, 'token')),
    // client-node reads `token-file`; the kubeconfig format says `tokenFile`.
    ...present('tokenFile', absolute(stringAt(raw, 'tokenFile') ?? stringAt(raw, 'token-file'), root)),
    ...present('username', entry.username),
    ...present('password', entry.password),
    ...present('certFile', absolute(entry.certFile, root)),
    ...present('certData', entry.certData),
    ...present('keyFile', absolute(entry.keyFile, root)),
    ...present('keyData', entry.keyData),
    ...(exec === undefined ? {} : { exec }),
    ...(provider === undefined ? {} : { provider: { name: provider, user: entry } }),
    impersonate: toImpersonation(raw),
  }
}

function toExec(raw: unknown, root: string): ExecEntry {
  const command = stringAt(raw, 'command') ?? ''
  const mode = stringAt(raw, 'interactiveMode')
  const env = listAt(raw, 'env').flatMap((one) => {
    const name = stringAt(one, 'name')
    return name === undefined ? [] : [[name, stringAt(one, 'value') ?? ''] as const]
  })
  return {
    apiVersion: stringAt(raw, 'apiVersion') ?? 'client.authentication.k8s.io/v1beta1',
    // A relative path belongs to the file's folder; a bare name is for the PATH.
    command: /[\\/]/.test(command) ? (absolute(command, root) ?? command) : command,
    args: listAt(raw, 'args').map(String),
    env: Object.fromEntries(env),
    interactive: mode === 'Always' || mode === 'Never' ? mode : 'IfAvailable',
    provideClusterInfo: at(raw, 'provideClusterInfo') === true,
    ...present('installHint', stringAt(raw, 'installHint')),
  }
}

function toImpersonation(raw: unknown): UserEntry['impersonate'] {
  const user = stringAt(raw, 'as')
  const uid = stringAt(raw, 'as-uid')
  const groups = listAt(raw, 'as-groups').map(String)
  const extra = at(raw, 'as-user-extra')
  const extras = Object.entries(isObject(extra) ? extra : {}).map(
    ([name, values]) =>
      [
        `impersonate-extra-${encodeURIComponent(name)}`,
        (Array.isArray(values) ? values : []).map(String),
      ] as const,
  )
  return {
    ...(user === undefined ? {} : { 'impersonate-user': user }),
    ...(uid === undefined ? {} : { 'impersonate-uid': uid }),
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
    ...Object.fromEntries(extras),
  }
}

function absolute(path: string | undefined | null, root: string): string | undefined {
  if (path === undefined || path === null || path === '') return undefined
  return isAbsolute(path) ? path : resolve(root, path)
}

function present<K extends string>(key: K, value: string | undefined | null): { readonly [P in K]?: string } {
  return value === undefined || value === null || value === ''
    ? {}
    : ({ [key]: value } as { [P in K]: string })
}
