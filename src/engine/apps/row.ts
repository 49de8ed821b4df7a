import type { App, AppRow, Commit, Health, Oid, SyncState } from '#contract'
import { numberAt } from '#core'
import type { AppState } from './live-app.ts'

/** A row before anything was read: says so instead of looking fine. */
export function initialRow(app: App, cloneName: string): AppRow {
  return {
    ...base(app, cloneName),
    sync: { status: 'unknown', message: 'Reading the clone.', changes: 0, undeclared: 0 },
    health: { status: 'Unknown', cause: { message: 'Not read yet.' } },
    ready: 0,
    desired: 0,
    pods: [],
  }
}

export function rowOf(app: App, cloneName: string, state: AppState): AppRow {
  const { tip, renderedAt, observed, workloads, problem } = state
  // What was compared is an older tip: whether the cluster is equal to this one is not known.
  const behind = tip !== undefined && renderedAt !== tip.oid
  const pods = workloads?.workloads.flatMap((workload) => workload.pods) ?? []
  const health = healthOf(app, state)
  const blame = health.status === 'Degraded' ? blamed(state) : undefined
  return {
    ...base(app, cloneName),
    ...(tip === undefined ? {} : { tip }),
    sync: (behind ? undefined : observed?.sync) ?? waiting(app, state),
    health,
    ...(blame === undefined ? {} : { blame }),
    ready: workloads?.workloads.reduce((sum, workload) => sum + workload.ready, 0) ?? 0,
    desired: desiredCount(state),
    pods,
    ...(observed?.lastSync === undefined ? {} : { lastSync: observed.lastSync }),
    ...(problem === undefined ? {} : { problem }),
  }
}

function base(app: App, cloneName: string) {
  const { name, tool, path, branch, destination, cruise } = app.spec
  return {
    id: app.id,
    name,
    tool,
    path,
    cloneName,
    branch,
    cruise,
    ...(destination === undefined ? {} : { destination }),
  }
}

function waiting(app: App, { problem }: AppState): SyncState {
  const none = { changes: 0, undeclared: 0 }
  if (problem !== undefined) return { status: 'unknown', message: problem.message, ...none }
  if (app.spec.destination === undefined)
    return { status: 'not-connected', message: 'No destination is set.', ...none }
  return { status: 'unknown', message: `Comparing with ${app.spec.destination.context}.`, ...none }
}

function healthOf(app: App, { observed, problem }: AppState): Health {
  if (observed !== undefined) return observed.health
  const message =
    problem?.message ??
    (app.spec.destination === undefined ? 'No destination is set.' : 'Waiting for the cluster.')
  return { status: 'Unknown', cause: { message } }
}

/** The commit that explains a bad health: the newest of the app's timeline that is live. */
function blamed({ observed, timeline }: AppState): Commit | undefined {
  const live: Oid | undefined = observed?.sync.revision ?? observed?.lastSync?.revision
  if (live === undefined) return undefined
  // A live commit that touched nothing of the app stands for the newest before it that did; the list is newest first.
  const exact = timeline.find(({ oid }) => oid === live)
  return exact ?? timeline[0]
}

function desiredCount({ rendered }: AppState): number {
  const workloads =
    rendered?.manifests.filter(({ key }) => ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(key.kind)) ??
    []
  return workloads.reduce((sum, { object }) => sum + (numberAt(object, 'spec', 'replicas') ?? 1), 0)
}
