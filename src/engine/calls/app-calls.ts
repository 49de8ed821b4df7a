import type { Api, App, Handlers, Workload } from '#contract'
import { AppError } from '#contract'
import { autoscalerOf } from '#core'
import { specSeen } from '../app-moves.ts'
import { discoverApps } from '../discover/index.ts'
import { showCommit } from '../timeline/index.ts'
import type { LiveApp } from '../apps/live-app.ts'
import { findApp, findClone, openRepo, otherApps } from './find.ts'
import { createFocus } from './focus.ts'
import { planPortsOf } from './plan-calls.ts'
import type { Parts } from './ports.ts'
import { sourceOfCount } from './replica-source.ts'
import { streamDeltas, streamLatest } from './streams.ts'
import { watchAllApps } from './watch-apps.ts'
import { watchTimeline } from './timeline-view.ts'

type Names =
  | 'apps.discover'
  | 'apps.add'
  | 'apps.update'
  | 'apps.remove'
  | 'apps.watch'
  | 'apps.refresh'
  | 'replicas.watch'
  | 'timeline.watch'
  | 'timeline.focus'
  | 'commit.show'
  | 'commits.resolve'

export function appCalls(parts: Parts): Pick<Handlers<Api>, Names> {
  const { store } = parts.workspace
  const focus = createFocus()
  const rehearsed = new Map<string, readonly string[]>()
  const hold = async <T>(
    appId: string,
    work: (live: LiveApp) => AsyncIterable<T>,
  ): Promise<AsyncIterable<T>> => {
    const { live, release } = await parts.live.hold(findApp(parts, appId))
    return releasing(work(live), release)
  }
  return {
    'apps.discover': async ({ cloneId }) => {
      const repo = await openRepo(parts, cloneId)
      const branch = await repo.defaultBranch()
      const { tip } = await repo.tracked(branch)
      const { contexts } = await parts.kube.contexts()
      const context = contexts.find(({ current }) => current)?.name
      const { apps } = await discoverApps({
        source: await repo.tree(tip),
        cloneId,
        branch,
        known: store.state().apps.map(({ spec }) => spec),
        ...(context === undefined ? {} : { context }),
      })
      // While somebody chooses among them: on 130,000 commits this takes 7 s, and the first timeline reads without it as long.
      repo.learn(tip)
      return [...apps]
    },
    'apps.add': async (spec) => {
      const app: App = { id: parts.newId(), spec }
      await store.update((state) => ({ ...state, apps: [...state.apps, checkedApp(parts, state.apps, app)] }))
      return app
    },
    'apps.update': async ({ appId, spec }) => {
      findApp(parts, appId)
      const app: App = { id: appId, spec }
      await store.update((state) => {
        const others = state.apps.filter(({ id }) => id !== appId)
        checkedApp(parts, others, app)
        return { ...state, apps: state.apps.map((one) => (one.id === appId ? app : one)) }
      })
      parts.live.drop(appId)
      return app
    },
    'apps.remove': async ({ appId }) => {
      findApp(parts, appId)
      await store.update((state) => ({ ...state, apps: state.apps.filter(({ id }) => id !== appId) }))
      parts.live.drop(appId)
      focus.drop(appId)
      return {}
    },
    'apps.watch': async function* (_input, { signal }) {
      const all = watchAllApps(parts)
      try {
        yield* streamDeltas({ read: all.rows, onChange: all.onChange, idOf: ({ id }) => id, signal })
      } finally {
        all.close()
      }
    },
    'apps.refresh': async ({ appId }) => {
      const { live, release } = await parts.live.hold(findApp(parts, appId))
      await live.refresh().finally(release)
      return {}
    },
    'replicas.watch': async function* ({ appId }, { signal }) {
      yield* await hold(appId, (live) =>
        streamLatest({ read: () => replicasOf(live), onChange: live.onChange, signal }),
      )
    },
    'timeline.watch': async function* ({ appId, ...which }, { signal }) {
      const app = findApp(parts, appId)
      const repo = await openRepo(parts, app.spec.cloneId)
      yield* await hold(appId, (live) =>
        watchTimeline(
          {
            ...planPortsOf(parts, repo),
            effects: parts.effects,
            folders: parts.folders,
            live,
            now: parts.now,
            others: () => otherApps(parts, app, repo),
            usualLanding: () => store.state().settings.landing,
            rehearsed,
          },
          { ...which, signal, inView: () => focus.of(appId), onView: focus.onChange },
        ),
      )
    },
    'timeline.focus': ({ appId, rows }) => {
      focus.set(findApp(parts, appId).id, rows)
      return Promise.resolve({})
    },
    'commits.resolve': async ({ appId, revision }) => {
      const repo = await openRepo(parts, findApp(parts, appId).spec.cloneId)
      return { commit: await repo.resolve(revision) }
    },
    'commit.show': async ({ appId, commit }) => {
      const app = findApp(parts, appId)
      const repo = await openRepo(parts, app.spec.cloneId)
      return showCommit({ repo, render: parts.render }, await specSeen(repo, app.spec, commit), commit)
    },
  }
}

async function* releasing<T>(items: AsyncIterable<T>, release: () => void): AsyncGenerator<T> {
  try {
    yield* items
  } finally {
    release()
  }
}

function checkedApp(parts: Parts, others: readonly App[], app: App): App {
  const { spec } = app
  findClone(parts, spec.cloneId)
  // Two apps of one name would share their inventory (`wheelhouse-<name>`), and be one on the command line.
  if (others.some((one) => one.spec.name === spec.name)) {
    throw new AppError('APP_EXISTS', { message: `There is already an app ${spec.name}.`, subject: spec.name })
  }
  if (spec.tool === 'helm' && spec.helm === undefined)
    throw new AppError('APP_INVALID', {
      message: `${spec.name}: a Helm app needs a release name.`,
      subject: spec.name,
    })
  return app
}

/** Workloads with what Git says of their count: its place, and why it cannot be edited, if so. */
function replicasOf(live: LiveApp) {
  const { workloads, rendered, problem } = live.state()
  const seen = workloads?.workloads ?? []
  const shown = seen.map((workload) => withSource(workload, live))
  const failure = workloads?.failure ?? problem
  const missing =
    rendered === undefined || workloads !== undefined
      ? []
      : rendered.manifests.flatMap((manifest) => desiredOnly(manifest, live))
  return {
    workloads: [...shown, ...missing],
    live: workloads?.live ?? false,
    ...(failure === undefined ? {} : { failure }),
  }
}

function withSource(workload: Workload, live: LiveApp): Workload {
  const source = sourceOfCount(live, workload.key)
  const { rendered } = live.state()
  const scaler = rendered === undefined ? undefined : autoscalerOf(rendered.manifests, workload.key)
  return {
    ...workload,
    ...(source === undefined ? {} : source),
    ...(scaler === undefined
      ? {}
      : { autoscaler: scaler, locked: `${scaler.kind}/${scaler.name} owns the count` }),
  }
}

/** Without a cluster the counts of Git are still shown. */
function desiredOnly(
  manifest: { readonly key: Workload['key']; readonly object: object },
  live: LiveApp,
): readonly Workload[] {
  const source = sourceOfCount(live, manifest.key)
  if (source === undefined) return []
  const workload: Workload = {
    key: manifest.key,
    ready: 0,
    pods: [],
    health: { status: 'Unknown', cause: { message: 'Waiting for the cluster.' } },
    ...source,
  }
  return [workload]
}
