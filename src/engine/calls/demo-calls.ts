import { basename } from 'node:path'
import type { Api, AppSpec, Handlers } from '#contract'
import { AppError, withSources } from '#contract'
import { planApp, syncPlan } from '../operations/sync.ts'
import type { Fetches } from './fetches.ts'
import { openRepo } from './find.ts'
import { planPortsOf } from './plan-calls.ts'
import type { DemoApp, DemoPlace, Parts } from './ports.ts'

/** Opens the demo into this workspace: its clone, its context, its apps; in a fresh one its releases are synced as its people did. */
export function demoCalls(parts: Parts, fetches: Fetches): Pick<Handlers<Api>, 'demo.open' | 'demo.reset'> {
  const demoOf = () => {
    if (parts.demo === undefined)
      throw new AppError('UNAVAILABLE', { message: 'The demo is not part of this start.' })
    return parts.demo
  }
  const settle = async (place: DemoPlace) => {
    await addToWorkspace(parts, place)
    if (place.fresh) await playReleases(parts, place)
    const clone = parts.workspace.store.state().clones.find(({ path }) => path === place.clone)
    if (clone !== undefined) fetches.begin(clone.id)
  }
  return {
    'demo.open': async () => {
      await settle(await demoOf().open())
      return {}
    },
    'demo.reset': async () => {
      const demo = demoOf()
      for (const { id } of parts.workspace.store.state().apps) parts.live.drop(id)
      await settle(await demo.reset())
      return {}
    },
  }
}

async function addToWorkspace(parts: Parts, place: DemoPlace): Promise<void> {
  const { store } = parts.workspace
  const repo = await parts.git.open(place.clone)
  const folders = [...new Set(place.apps.flatMap(({ source }) => source?.clone ?? []))]
  const sources = await Promise.all(
    folders.map(async (folder) => ({ folder, path: (await parts.git.open(folder)).path })),
  )
  await store.update((state) => {
    const idOf = (path: string) => state.clones.find((clone) => clone.path === path)?.id
    // The demo's remote is a folder beside the clone: nothing is run and nobody is asked.
    const clone = {
      id: idOf(repo.path) ?? parts.newId(),
      name: 'shop-config',
      path: repo.path,
      trusted: 'demo',
    }
    const beside = sources.map(({ folder, path }) => ({
      folder,
      clone: { id: idOf(path) ?? parts.newId(), name: basename(path), path },
    }))
    const sourcesOf = ({ source }: DemoApp) =>
      beside
        .filter(({ folder }) => folder === source?.clone)
        .map(({ clone: { id } }) => ({ image: source?.image ?? '*', cloneId: id }))
    const all = [clone, ...beside.map((one) => one.clone)]
    const names = new Set(state.apps.map(({ spec }) => spec.name))
    const apps = place.apps
      .filter(({ name }) => !names.has(name))
      .map((app) => ({
        id: parts.newId(),
        spec: withSources(specOf(app, clone.id, place.context), sourcesOf(app)),
      }))
    const kubeconfigs = [...new Set([...state.settings.kubeconfigs, place.kubeconfig])]
    return {
      ...state,
      settings: { ...state.settings, kubeconfigs },
      clones: [...state.clones, ...all.filter(({ path }) => idOf(path) === undefined)],
      apps: [...state.apps, ...apps],
    }
  })
}

function specOf(app: DemoPlace['apps'][number], cloneId: string, context: string): AppSpec {
  const { name, path, tool, namespace, helm } = app
  return {
    name,
    cloneId,
    path,
    branch: 'main',
    tool,
    destination: { context, namespace },
    cruise: 'off',
    ...(helm === undefined ? {} : { helm }),
  }
}

/** Syncs every app to the last good state, then the newest commit over it: so the cluster is as its people left it. */
async function playReleases(parts: Parts, place: DemoPlace): Promise<void> {
  const apps = parts.workspace.store
    .state()
    .apps.filter(({ spec }) => place.apps.some(({ name }) => name === spec.name))
  const [first] = apps
  if (first === undefined) return
  const repo = await openRepo(parts, first.spec.cloneId)
  const { tip } = await repo.tracked('main')
  const before = (await repo.commit(tip)).parents[0] ?? tip
  for (const revision of [before, tip]) {
    await Promise.all(
      apps.map(async (app) => {
        const kept = await planApp(planPortsOf(parts, repo), app, {
          revision,
          source: () => repo.tree(revision),
        })
        if (kept.plan.synced && revision === tip) return
        const decisions = { prune: true, ticks: [], overrule: true, rollback: false }
        await syncPlan(
          {
            ...planPortsOf(parts, repo),
            log: silentLog,
            contextOf: (name) => Promise.resolve({ name, protected: false }),
          },
          parts.newId(),
          { kept, plan: kept.plan, decisions, signal: AbortSignal.timeout(60_000) },
        )
      }),
    )
  }
}

/** What the demo's people did is not this operator's activity. */
const nothing = () => Promise.resolve()
const silentLog = {
  begin: () => Promise.resolve(''),
  step: nothing,
  outcome: () => undefined,
  health: () => undefined,
  command: () => undefined,
  note: nothing,
  wait: nothing,
  finish: nothing,
}
