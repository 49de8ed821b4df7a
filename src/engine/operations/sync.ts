import type { App, Decisions, Oid, Plan } from '#contract'
import { AppError } from '#contract'
import type { AppRenderer } from '../app-render.ts'
import { historyOf } from '../apps/history.ts'
import type { Repo } from '../git/index.ts'
import type { Cluster } from '../kube/index.ts'
import type { Planned, Sync } from '../sync/index.ts'
import type { OperationLog } from './log.ts'

export type PlanPorts = {
  readonly repo: Repo
  readonly render: AppRenderer
  readonly sync: Sync
  readonly connect: (context: string) => Promise<Cluster>
}

/** A plan as the engine keeps it between showing and approving. */
export type KeptPlan = Planned & {
  readonly app: App
  readonly source: () => Promise<Parameters<AppRenderer>[1]>
}

/** Plans an app at a revision. `standsFor`: a preview's parent, whose ancestry counts since the preview is in no history yet. */
export async function planApp(
  ports: PlanPorts,
  app: App,
  request: {
    readonly revision: Oid
    readonly standsFor?: Oid
    readonly source: KeptPlan['source']
    readonly signal?: AbortSignal | undefined
  },
): Promise<KeptPlan> {
  const { target, cluster } = await destinationOf(ports, app)
  const rendered = await ports.render(app.spec, await request.source(), request.signal)
  const history = historyOf(ports.repo)
  const known = (oid: Oid) => (oid === request.revision ? (request.standsFor ?? oid) : oid)
  const planned = await ports.sync.createPlan({
    target,
    cluster,
    revision: request.revision,
    manifests: rendered.manifests,
    renderedHash: rendered.hash,
    problems: rendered.problems,
    history: {
      isAncestor: (ancestor, descendant) => history.isAncestor(known(ancestor), known(descendant)),
      between: (from, to) => history.between(known(from), known(to)),
    },
    signal: request.signal,
  })
  return { ...planned, app, source: request.source }
}

/** Carries out an approved plan under an operation's record; answers how it ended. */
export async function syncPlan(
  ports: PlanPorts & {
    readonly log: OperationLog
    readonly contextOf: (name: string) => Promise<{ readonly name: string; readonly protected: boolean }>
  },
  operationId: string,
  work: {
    readonly kept: Pick<KeptPlan, 'app' | 'source'>
    readonly plan: Plan
    readonly decisions: Decisions
    readonly signal: AbortSignal
  },
): Promise<{
  readonly state: 'done' | 'failed' | 'cancelled' | 'stopped'
  readonly failure?: { readonly code: string; readonly message: string }
}> {
  const { kept, plan, decisions, signal } = work
  const { target, cluster } = await destinationOf(ports, kept.app)
  const rendered = await ports.render(kept.app.spec, await kept.source(), signal)
  const context = await ports.contextOf(cluster.context)
  const waiting: Promise<void>[] = []
  const result = await ports.sync.runSync({
    target,
    cluster,
    revision: plan.revision,
    manifests: rendered.manifests,
    renderedHash: rendered.hash,
    history: historyOf(ports.repo),
    plan,
    decisions,
    operationId,
    context,
    signal,
    onEvent: (event) => {
      if (event.type === 'step') waiting.push(ports.log.step(operationId, event.step))
      else if (event.type === 'outcome') ports.log.outcome(operationId, event.outcome)
      else ports.log.health(operationId, event.health)
    },
  })
  await Promise.all(waiting)
  return { state: result.state, ...(result.failure === undefined ? {} : { failure: result.failure }) }
}

export async function destinationOf(ports: Pick<PlanPorts, 'connect'>, app: App) {
  const { destination, name } = app.spec
  if (destination === undefined)
    throw new AppError('APP_NO_DESTINATION', {
      message: `${name} has no destination.`,
      subject: name,
      action: 'open-settings',
    })
  const cluster = await ports.connect(destination.context)
  return { cluster, target: { appId: app.id, appName: name, namespace: destination.namespace } }
}
