import type { App, AppSpec, Context } from '#contract'
import { AppError } from '#contract'
import { discoverApps } from '../discover/index.ts'
import type { Repo } from '../git/index.ts'
import type { StoredClone } from '../workspace/index.ts'
import type { Parts } from './ports.ts'

/** `NOT_FOUND` for ids that were never given. */
export function findApp(parts: Parts, appId: string): App {
  const app = parts.workspace.store.state().apps.find(({ id }) => id === appId)
  if (app === undefined)
    throw new AppError('NOT_FOUND', { message: 'There is no such app.', subject: appId, action: 'refresh' })
  return app
}

export function findClone(parts: Parts, cloneId: string): StoredClone {
  const clone = parts.workspace.store.state().clones.find(({ id }) => id === cloneId)
  if (clone === undefined)
    throw new AppError('NOT_FOUND', {
      message: 'There is no such clone.',
      subject: cloneId,
      action: 'refresh',
    })
  return clone
}

export function openRepo(parts: Parts, cloneId: string): Promise<Repo> {
  return parts.git.open(findClone(parts, cloneId).path)
}

/** The clone's other apps: those of the workspace, and those that discovery sees and nobody has added. */
export async function otherApps(parts: Parts, app: App, repo: Repo): Promise<readonly AppSpec[]> {
  const known = parts.workspace.store.state().apps.map(({ spec }) => spec)
  const { tip } = await repo.tracked(app.spec.branch)
  const source = await repo.tree(tip)
  const { apps } = await discoverApps({ source, cloneId: app.spec.cloneId, branch: app.spec.branch, known })
  const sameClone = known.filter(({ cloneId }) => cloneId === app.spec.cloneId)
  const all = [...sameClone, ...apps.map(({ spec }) => spec)]
  return [...new Map(all.map((spec) => [spec.name, spec])).values()]
}

const colours = ['#4c8dff', '#26a69a', '#ab7df6', '#f0883e', '#39b6d6', '#e6699a', '#8fb339', '#6f7df7']

/** Contexts as the window shows them: colour and protection from the settings, else proposed by the name. */
export async function readContexts(
  parts: Parts,
): Promise<{ readonly contexts: readonly Context[]; readonly problems: readonly string[] }> {
  const { settings } = parts.workspace.store.state()
  const { contexts, problems } = await parts.kube.contexts()
  return {
    problems: problems.map(({ message }) => message),
    contexts: contexts.map(({ name, cluster, server, namespace, user, current }, index) => ({
      name,
      cluster,
      server,
      namespace,
      user,
      current,
      protected:
        settings.contexts[name]?.protected ?? /(^|[-_.])(prod|production|live)([-_.\d]|$)/i.test(name),
      colour: settings.contexts[name]?.colour ?? colours[index % colours.length] ?? '#4c8dff',
    })),
  }
}
