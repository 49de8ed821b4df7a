import { basename, resolve } from 'node:path'
import type { Api, App, AppSpec, Client, LocalApi } from '#contract'
import { Exit } from './exit.ts'
import { readSources } from './source-flags.ts'

/** Flags that make an app on the spot, where the workspace has none. */
export type AppFlags = {
  readonly repo?: string
  readonly path?: string
  readonly branch?: string
  readonly tool?: 'plain' | 'kustomize' | 'helm'
  readonly values?: readonly string[]
  readonly release?: string
  readonly source?: readonly string[]
  readonly context?: string
  readonly namespace?: string
}

type AnyClient = Client<Api & LocalApi>

/** The app that a command is about: by its name in the workspace, or made from `--repo` and `--path`. */
export async function findApp(client: AnyClient, flags: AppFlags, name: string | undefined): Promise<App> {
  if (flags.repo !== undefined) return makeApp(client, flags, flags.repo)
  if (flags.source !== undefined && flags.source.length > 0)
    throw new Exit(2, '--source goes with --repo. An app of the workspace names its sources in the window.')
  const { apps } = await workspaceOf(client)
  const app = apps.find(({ spec, id }) => spec.name === name || id === name)
  if (app !== undefined) return app
  const known = apps.map(({ spec }) => spec.name).join(', ')
  throw new Exit(
    2,
    `${name ?? '(no name)'}: there is no such app. ${known === '' ? 'The workspace has none: use --repo and --path, or add one in the window.' : `Known: ${known}.`}`,
  )
}

export async function workspaceOf(client: AnyClient) {
  for await (const workspace of client.stream('workspace.watch', {})) return workspace
  throw new Exit(2, 'The workspace could not be read.')
}

async function makeApp(client: AnyClient, flags: AppFlags, repo: string): Promise<App> {
  const calledFrom = process.env.WHEELHOUSE_CALLED_FROM ?? '.'
  const clone = await client.call('clones.add', { path: resolve(calledFrom, repo) })
  const path = flags.path ?? '.'
  const tool = flags.tool ?? (await detect(client, clone.id, path))
  const name = slug(path === '.' ? basename(clone.path) : path)
  const sources = await readSources(client, flags.source ?? [], calledFrom)
  const spec: AppSpec = {
    name,
    cloneId: clone.id,
    path,
    branch: flags.branch ?? clone.branch ?? 'main',
    tool,
    cruise: 'off',
    ...(tool === 'helm'
      ? { helm: { releaseName: flags.release ?? name, valuesFiles: flags.values ?? [] } }
      : {}),
    ...(flags.context === undefined
      ? {}
      : { destination: { context: flags.context, namespace: flags.namespace ?? 'default' } }),
    ...(sources.length === 0 ? {} : { sources }),
  }
  const known = (await workspaceOf(client)).apps.find((app) => app.spec.name === name)
  if (known === undefined) return client.call('apps.add', spec)
  return JSON.stringify(known.spec) === JSON.stringify(spec)
    ? known
    : client.call('apps.update', { appId: known.id, spec })
}

async function detect(client: AnyClient, cloneId: string, path: string): Promise<AppSpec['tool']> {
  const found = (await client.call('apps.discover', { cloneId })).find(({ spec }) => spec.path === path)
  return found?.spec.tool ?? 'plain'
}

function slug(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return name.slice(0, 50).replace(/-+$/, '') || 'app'
}
