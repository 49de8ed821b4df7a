import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Operation } from '#contract'
import type { SharedControlPlane } from '../../control-plane/shared.ts'
import { createTestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'
import { decisions } from './kill-order.ts'
import type { KillOrder } from './kill-order.ts'

const web = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
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
          image: example/web:${image}
`
const settings = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  annotations: { argocd.argoproj.io/sync-wave: "-1" }\ndata: { value: "${value}" }\n`

/** What the cluster runs, in the words of the two releases. */
export type Live = { readonly image: string; readonly settings: string; readonly extra: boolean }
export const goodLive: Live = { image: 'example/web:1.0', settings: 'one', extra: false }
export const badLive: Live = { image: 'example/web:1.1', settings: 'two', extra: true }

/** An app that runs its second release, in a clone where the user is in the middle of things; `good` is the first. */
export type Scene = Awaited<ReturnType<typeof createScene>>

export async function createScene(plane: SharedControlPlane) {
  const space = await plane.namespace('kill')
  const repo = createTestRepo()
  const good = repo.commit('web: 1.0', {
    'apps/web/web.yaml': web('1.0'),
    'apps/web/settings.yaml': settings('settings', 'one'),
    'notes.txt': 'a note\n',
  })
  const base = repo.commit('web: 1.1', {
    'apps/web/web.yaml': web('1.1'),
    'apps/web/settings.yaml': settings('settings', 'two'),
    'apps/web/extra.yaml': settings('extra', 'new'),
  })
  repo.push()
  repo.write({ 'notes.txt': 'put away\n' })
  repo.git('stash', '-q')
  repo.write({ 'notes.txt': 'changed\n', 'staged.txt': 'staged\n', 'untracked.txt': 'mine\n' })
  repo.git('add', 'staged.txt')
  repo.git('branch', 'feature', good)

  const session = await openTestSession({ kubeconfig: plane.kubeconfig })
  const appId = await addApp(session, repo.clone, space.name)
  const plan = await session.client.call('plan.create', { appId })
  const { id: planId, fingerprint } = plan
  const { operationId } = await session.client.call('sync.run', { planId, fingerprint, decisions })
  const synced = await session.ended(operationId)
  if (synced.state !== 'done') throw new Error(JSON.stringify(synced.failure))
  await session.close('keep')
  const { dataDir } = session
  const engine = { dataDir, kubeconfig: plane.kubeconfig, appId }

  return {
    repo,
    good,
    base,
    appId,
    dataDir,
    engine,
    open: () => openTestSession({ kubeconfig: plane.kubeconfig, dataDir }),
    live: async (): Promise<Live> => {
      const [deploy, ...maps] = (await readItems(plane, space.name)) as [Item, ...Item[]]
      const extra = maps.some(({ metadata }) => metadata.name === 'extra')
      const value = maps.find(({ metadata }) => metadata.name === 'settings')?.data?.value ?? ''
      return { image: deploy.spec?.template.spec.containers[0]?.image ?? '', settings: value, extra }
    },
    parent: async () => {
      const items = await readItems(plane, space.name)
      return items.find(({ metadata }) => metadata.name === 'wheelhouse-web')
    },
    remove: async () => {
      await space.remove()
      repo.remove()
    },
  }
}

type Item = {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
  }
}

async function readItems(plane: SharedControlPlane, namespace: string): Promise<readonly Item[]> {
  const { stdout } = await plane.kubectl(['-n', namespace, 'get', 'deploy,configmap', '-o', 'json'])
  return (JSON.parse(stdout) as { readonly items: readonly Item[] }).items
}

async function addApp(session: TestSession, path: string, namespace: string): Promise<string> {
  const clone = await session.client.call('clones.add', { path })
  const [found] = await session.client.call('apps.discover', { cloneId: clone.id })
  if (found === undefined) throw new Error('Nothing was discovered.')
  for await (const { contexts } of session.client.stream('workspace.watch', {})) {
    const [context] = contexts
    if (context === undefined) continue
    const destination = { context: context.name, namespace }
    return (await session.client.call('apps.add', { ...found.spec, destination })).id
  }
  throw new Error('There is no context.')
}

/** Runs an engine in a process of its own until it has killed itself; answers the signal that ended it. */
export async function runAndDie(order: KillOrder): Promise<string | null> {
  const script = join(import.meta.dirname, 'kill-engine.ts')
  const cache = join(process.env.HOME ?? '', 'compiled')
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal
}

/** What is on record, newest first, as an engine that starts now tells it. */
export async function listOperations(session: TestSession): Promise<readonly Operation[]> {
  for await (const { upserts } of session.client.stream('operations.watch', {})) return upserts
  return []
}

/** What is the user's own: stash, other branches, what is changed, staged and untracked, and its bytes. */
export function userState({ repo }: Scene): unknown {
  const refs = repo.git('for-each-ref', '--format=%(refname) %(objectname)').split('\n')
  const landed = /^refs\/(heads\/main|remotes\/origin\/main|wheelhouse\/)/
  return {
    status: repo.git('--no-optional-locks', 'status', '--porcelain=v2', '--untracked-files=all'),
    refs: refs.filter((line) => !landed.test(line)),
    stash: repo.git('stash', 'list', '--format=%H'),
    head: repo.git('symbolic-ref', 'HEAD'),
    files: ['notes.txt', 'staged.txt', 'untracked.txt'].map((name) =>
      readFileSync(join(repo.clone, name), 'utf8'),
    ),
  }
}

/** Every file of a folder with a hash of its bytes. */
export function snapshot(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
    .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
}

/** Drafts that lie in the app's data. */
export function draftsIn(dataDir: string): readonly string[] {
  return readdirSync(join(dataDir, 'drafts'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /draft-[^/]*$/.test(name),
  )
}
