import type { App, Decisions, Operation, Plan, StepName } from '#contract'
import { AppError } from '#contract'
import type { BuiltDraft } from '../draft/index.ts'
import type { Repo } from '../git/index.ts'
import { isApproved, toApproved, toKept } from '../operations/approved.ts'
import type { ApprovedPlan } from '../operations/approved.ts'
import type { LandingData } from '../operations/land.ts'
import { stepsOf } from '../operations/log.ts'
import type { OperationLog } from '../operations/log.ts'
import { planApp, syncPlan } from '../operations/sync.ts'
import type { KeptPlan } from '../operations/sync.ts'
import { carryOut, isMendable, stepNames } from './carry-out.ts'
import { findApp, openRepo, readContexts } from './find.ts'
import type { Plans } from './plan-calls.ts'
import { planPortsOf } from './plan-calls.ts'
import type { Parts } from './ports.ts'
import { requireMayLand } from './trust.ts'
import { toProposal } from './pull-requests.ts'
import { runTakeBack } from './take-back-calls.ts'
import type { TakeBackData } from './take-back-calls.ts'

type LandWork = {
  readonly app: App
  readonly repo: Repo
  readonly kept: BuiltDraft
  readonly data: LandingData
  readonly kind: Operation['kind']
  readonly steps: readonly StepName[]
  readonly approved?: ApprovedPlan
  /** The same draft on the branch's newest tip; undefined where it is not the same any more. */
  readonly replan: () => Promise<BuiltDraft | undefined>
}
type SyncWork = {
  readonly app: App
  readonly repo: Repo
  readonly kept: KeptPlan
  readonly decisions: Decisions
}

/** What the journal keeps for going on. */
export type Resumable = {
  readonly landing?: LandingData
  readonly approved?: ApprovedPlan
  readonly revision?: string
  /** Set before the first write to the cluster: going on is the same plan run again, which finds what it had done. */
  readonly plan?: Plan
  readonly takeBack?: TakeBackData
}
export type End = {
  readonly state: 'done' | 'failed' | 'cancelled' | 'stopped' | 'waiting'
  readonly failure?: { readonly code: string; readonly message: string }
  /** What stopped it can be mended, and it goes on from there. */
  readonly resumable?: boolean
}

/** Runs operations in the background of the calls that begin them; each is on record from before its first effect. */
export type Runner = {
  readonly land: (work: LandWork) => Promise<string>
  readonly sync: (work: SyncWork) => Promise<string>
  readonly resume: (operationId: string) => Promise<void>
  /** A new operation that proposes the commit of a refused push on a branch of its own. */
  readonly propose: (operationId: string) => Promise<string>
  /** Moves the local branch back over our last commit. */
  readonly takeBack: (work: {
    readonly app: App
    readonly subject: string
    readonly data: TakeBackData
  }) => Promise<string>
  /** Nobody follows a pull request any more; its branch stays on the remote. */
  readonly giveUp: (operationId: string) => Promise<void>
  /** Nothing runs any more; whoever closes aborts first, then waits, so that the end of each is on record. */
  readonly idle: () => Promise<void>
}

export function createRunner(parts: Parts, plans: Plans, log: OperationLog): Runner {
  const works = new Set<Promise<void>>()
  /** Apps whose sync is being begun: two windows may approve in the same moment. */
  const beginning = new Set<string>()
  const start = (id: string, app: App, work: (signal: AbortSignal) => Promise<End>) => {
    const ending = new AbortController()
    parts.running.set(id, ending)
    const ended = work(ending.signal)
      .catch((error: unknown): End => toEnd(error))
      .then((end) =>
        end.state === 'waiting' ? log.wait(id) : log.finish(id, end.state, end.failure, end.resumable),
      )
      .catch(() => undefined)
      .finally(() => {
        parts.running.delete(id)
        works.delete(ended)
        void parts.live.peek(app.id)?.refresh()
      })
    works.add(ended)
  }
  const begin = (
    app: App,
    input: {
      readonly kind: Operation['kind']
      readonly title: string
      readonly steps: readonly StepName[]
      readonly data: Resumable
      readonly revision?: string
    },
  ) => log.begin({ ...input, appId: app.id, appName: app.spec.name, who: parts.who })

  const findOperation = (operationId: string): Operation => {
    const operation = parts.workspace.operations.get(operationId)
    if (operation !== undefined) return operation
    throw new AppError('NOT_FOUND', { message: 'There is no such operation.', subject: operationId })
  }

  const syncApproved = async (
    id: string,
    work: {
      readonly app: App
      readonly repo: Repo
      readonly revision: string
      readonly approved: ApprovedPlan
      readonly data: Resumable
      readonly signal: AbortSignal
    },
  ): Promise<End> => {
    const { app, repo, revision, approved, data, signal } = work
    const source = () => repo.tree(revision)
    const steps = stepsOf(log, id, parts.now)
    if (data.plan !== undefined) {
      // All of them are gone through again: what the run that died had told of them is no longer so.
      for (const name of ['apply', 'prune', 'health', 'record'] as const) await steps.mark(name, 'waiting')
      const kept = { app, source, plan: data.plan }
      return runSync(id, { repo, kept, decisions: approved.decisions, signal })
    }
    const kept = await steps.run(
      'render',
      () => planApp(planPortsOf(parts, repo), app, { revision, source, signal }),
      ({ plan }) => `rendered ${plan.renderedHash.slice(0, 8)}, as previewed`,
    )
    plans.keep(kept)
    if (!isApproved(kept.plan, approved)) {
      await log.note(id, { planId: kept.plan.id })
      return {
        state: 'stopped',
        failure: {
          code: 'SYNC_STOPPED',
          message: `${app.spec.name}: the world moved since the plan was shown; look at the new plan.`,
        },
      }
    }
    await log.note(id, { planId: kept.plan.id, data: { ...data, plan: toKept(kept.plan) } })
    return runSync(id, { repo, kept, decisions: approved.decisions, signal })
  }
  const runSync = (
    id: string,
    work: {
      readonly repo: Repo
      readonly kept: Pick<KeptPlan, 'app' | 'source' | 'plan'>
      readonly decisions: Decisions
      readonly signal: AbortSignal
    },
  ): Promise<End> => {
    const contextOf = async (name: string) => ({
      name,
      protected: (await readContexts(parts)).contexts.find((one) => one.name === name)?.protected ?? false,
    })
    return syncPlan({ ...planPortsOf(parts, work.repo), log, contextOf }, id, {
      kept: work.kept,
      plan: work.kept.plan,
      decisions: work.decisions,
      signal: work.signal,
    })
  }
  const landingPorts = { log, now: parts.now, sync: syncApproved }

  return {
    land: async (work) => {
      const { app, repo, approved, replan } = work
      const { action } = work.kept.draft
      const data = { landing: work.data, ...(approved === undefined ? {} : { approved }) }
      const title = work.data.message.subject
      const id = await begin(app, { kind: work.kind, title, steps: work.steps, data })
      const room = () => Promise.resolve(work.kept.room)
      start(id, app, (signal) =>
        carryOut(landingPorts, id, { app, repo, data, room, replan, action, signal }),
      )
      return id
    },
    sync: async (work) => {
      const { app, kept } = work
      const running = parts.workspace.operations
        .list()
        .find((one) => one.appId === app.id && one.kind === 'sync' && one.state === 'running')
      if (beginning.has(app.id) || (running !== undefined && parts.running.has(running.id)))
        throw new AppError('SYNC_RUNNING', {
          message: `${app.spec.name} is being synced by ${running?.who ?? parts.who}.`,
          subject: app.spec.name,
        })
      const { revision } = kept.plan
      beginning.add(app.id)
      const id = await begin(app, {
        kind: 'sync',
        title: `Sync ${app.spec.name} to ${revision.slice(0, 7)}`,
        steps: ['render', 'apply', 'prune', 'health', 'record'],
        revision,
        data: { revision, approved: toApproved(kept.plan, work.decisions), plan: toKept(kept.plan) },
      }).finally(() => beginning.delete(app.id))
      start(id, app, async (signal) => {
        const steps = stepsOf(log, id, parts.now)
        await steps.mark('render', 'done', `rendered ${kept.plan.renderedHash.slice(0, 8)}`)
        return runSync(id, { repo: work.repo, kept, decisions: work.decisions, signal })
      })
      return id
    },
    propose: async (operationId) => {
      const refused = findOperation(operationId)
      const { app, repo, data } = await toProposal(parts, refused)
      await requireMayLand(parts, app.spec.cloneId, repo)
      const { kind, title, commit } = refused
      const steps = stepNames(data.landing, data.approved !== undefined)
      await log.note(operationId, { proposable: false })
      const id = await begin(app, { kind, title, steps, data })
      await stepsOf(log, id, parts.now).mark(
        'commit',
        'done',
        `${commit?.slice(0, 7)}, whose push was refused`,
      )
      if (commit !== undefined) await log.note(id, { commit })
      const room = () => repo.reopen(data.landing.dir)
      start(id, app, (signal) => carryOut(landingPorts, id, { app, repo, data, room, signal }))
      return id
    },
    takeBack: async ({ app, subject, data }) => {
      const repo = await openRepo(parts, app.spec.cloneId)
      const title = `Take back "${subject}"`
      const steps = ['fast-forward'] as const
      const id = await begin(app, { kind: 'take-back', title, steps, data: { takeBack: data } })
      start(id, app, () => runTakeBack({ log, now: parts.now, repo }, id, data))
      return id
    },
    giveUp: async (operationId) => {
      const { appId } = findOperation(operationId)
      const { landing } = (parts.workspace.operations.dataOf(operationId) ?? {}) as Resumable
      // Whoever takes it over alone may end it.
      await parts.workspace.operations.record({ type: 'resume', id: operationId, pid: process.pid })
      await stepsOf(log, operationId, parts.now).mark('merge', 'cancelled', 'Nobody follows it any more.')
      await log.finish(operationId, 'cancelled')
      const app = parts.workspace.store.state().apps.find(({ id }) => id === appId)
      if (app === undefined || landing === undefined) return
      const repo = await openRepo(parts, app.spec.cloneId)
      await repo.release(landing.holdName)
    },
    idle: async () => {
      await Promise.all(works)
    },
    resume: async (operationId) => {
      const operation = findOperation(operationId)
      const app = findApp(parts, operation.appId)
      const data = parts.workspace.operations.dataOf(operationId) as Resumable | undefined
      if (!operation.resumable || data === undefined) throw notResumable(operation)
      const repo = await openRepo(parts, app.spec.cloneId)
      const { landing, approved, revision, takeBack } = data
      if (landing !== undefined || takeBack !== undefined) await requireMayLand(parts, app.spec.cloneId, repo)
      await parts.workspace.operations.record({ type: 'resume', id: operationId, pid: process.pid })
      start(operationId, app, async (signal) => {
        if (landing !== undefined) {
          const room = () => repo.reopen(landing.dir)
          return carryOut(landingPorts, operationId, { app, repo, data: { ...data, landing }, room, signal })
        }
        if (takeBack !== undefined) return runTakeBack({ log, now: parts.now, repo }, operationId, takeBack)
        if (approved === undefined || revision === undefined) throw notResumable(operation)
        return syncApproved(operationId, { app, repo, revision, approved, data, signal })
      })
    },
  }
}

function notResumable({ title }: Operation): AppError {
  return new AppError('OPERATION_NOT_RESUMABLE', { message: `"${title}" cannot go on.`, subject: title })
}

function toEnd(error: unknown): End {
  if (!(error instanceof AppError))
    return {
      state: 'failed',
      failure: { code: 'INTERNAL', message: 'Something went wrong inside Wheelhouse.' },
    }
  const failure = { code: error.code, message: error.message }
  if (error.code === 'CANCELLED') return { state: 'cancelled', failure }
  return { state: 'failed', failure, ...(isMendable(error) ? { resumable: true } : {}) }
}
