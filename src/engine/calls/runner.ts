import type { App, Decisions, LandRequest, Operation, StepName } from '#contract'
import { AppError } from '#contract'
import type { BuiltDraft } from '../draft/index.ts'
import type { Repo } from '../git/index.ts'
import { isApproved, toApproved } from '../operations/approved.ts'
import type { ApprovedPlan } from '../operations/approved.ts'
import { commitDraft, publish } from '../operations/land.ts'
import type { LandingData } from '../operations/land.ts'
import { stepsOf } from '../operations/log.ts'
import type { OperationLog } from '../operations/log.ts'
import { planApp, syncPlan } from '../operations/sync.ts'
import type { KeptPlan } from '../operations/sync.ts'
import { findApp, openRepo, readContexts } from './find.ts'
import type { Plans } from './plan-calls.ts'
import { planPortsOf } from './plan-calls.ts'
import type { Parts } from './ports.ts'

type LandWork = {
  readonly app: App
  readonly repo: Repo
  readonly kept: BuiltDraft
  readonly message: LandRequest['message']
  readonly data: LandingData
  readonly kind: Operation['kind']
  readonly steps: readonly StepName[]
  readonly approved?: ApprovedPlan
}
type SyncWork = {
  readonly app: App
  readonly repo: Repo
  readonly kept: KeptPlan
  readonly decisions: Decisions
}

/** What the journal keeps for going on. */
type Resumable = {
  readonly landing?: LandingData
  readonly approved?: ApprovedPlan
  readonly revision?: string
}
type End = {
  readonly state: 'done' | 'failed' | 'cancelled' | 'stopped'
  readonly failure?: { readonly code: string; readonly message: string }
}

/** Runs operations in the background of the calls that begin them; each is on record from before its first effect. */
export type Runner = {
  readonly land: (work: LandWork) => Promise<string>
  readonly sync: (work: SyncWork) => Promise<string>
  readonly resume: (operationId: string) => Promise<void>
}

export function createRunner(parts: Parts, plans: Plans, log: OperationLog): Runner {
  const start = (id: string, app: App, work: (signal: AbortSignal) => Promise<End>) => {
    const ending = new AbortController()
    parts.running.set(id, ending)
    void work(ending.signal)
      .catch((error: unknown): End => toEnd(error))
      .then((end) => log.finish(id, end.state, end.failure))
      .catch(() => undefined)
      .finally(() => {
        parts.running.delete(id)
        void parts.live.peek(app.id)?.refresh()
      })
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

  const syncApproved = async (
    id: string,
    work: {
      readonly app: App
      readonly repo: Repo
      readonly revision: string
      readonly approved: ApprovedPlan
      readonly signal: AbortSignal
    },
  ): Promise<End> => {
    const { app, repo, revision, approved, signal } = work
    const steps = stepsOf(log, id, parts.now)
    const kept = await steps.run(
      'render',
      () => planApp(planPortsOf(parts, repo), app, { revision, source: () => repo.tree(revision), signal }),
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
    return runSync(id, { app, repo, kept, decisions: approved.decisions, signal })
  }
  const runSync = (id: string, work: SyncWork & { readonly signal: AbortSignal }): Promise<End> => {
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
  const landing = (repo: Repo, signal: AbortSignal) => ({ log, repo, now: parts.now, signal })

  return {
    land: async (work) => {
      const { app, repo, approved } = work
      const data: Resumable = { landing: work.data, ...(approved === undefined ? {} : { approved }) }
      const id = await begin(app, { kind: work.kind, title: work.message.subject, steps: work.steps, data })
      start(id, app, async (signal) => {
        const withAll: OperationLog = {
          ...log,
          note: (one, facts) =>
            log.note(
              one,
              facts.data === undefined ? facts : { ...facts, data: { ...data, landing: facts.data } },
            ),
        }
        const ports = { ...landing(repo, signal), log: withAll }
        const made = await commitDraft(ports, id, {
          draft: work.kept.draft,
          room: work.kept.room,
          message: work.message,
          data: work.data,
        })
        await publish(ports, id, made)
        await work.kept.room.discard()
        if (approved === undefined || made.commit === undefined) return { state: 'done' }
        return syncApproved(id, { app, repo, revision: made.commit, approved, signal })
      })
      return id
    },
    sync: async (work) => {
      const { app, kept } = work
      const running = parts.workspace.operations
        .list()
        .find((one) => one.appId === app.id && one.kind === 'sync' && one.state === 'running')
      if (running !== undefined && parts.running.has(running.id))
        throw new AppError('SYNC_RUNNING', {
          message: `${app.spec.name} is being synced by ${running.who}.`,
          subject: app.spec.name,
        })
      const { revision } = kept.plan
      const id = await begin(app, {
        kind: 'sync',
        title: `Sync ${app.spec.name} to ${revision.slice(0, 7)}`,
        steps: ['render', 'apply', 'prune', 'health', 'record'],
        revision,
        data: { revision, approved: toApproved(kept.plan, work.decisions) },
      })
      start(id, app, async (signal) => {
        const steps = stepsOf(log, id, parts.now)
        await steps.mark('render', 'done', `rendered ${kept.plan.renderedHash.slice(0, 8)}`)
        return runSync(id, { ...work, signal })
      })
      return id
    },
    resume: async (operationId) => {
      const operation = parts.workspace.operations.get(operationId)
      if (operation === undefined)
        throw new AppError('NOT_FOUND', { message: 'There is no such operation.', subject: operationId })
      const app = findApp(parts, operation.appId)
      const data = parts.workspace.operations.dataOf(operationId) as Resumable | undefined
      if (operation.state !== 'interrupted' || data === undefined)
        throw new AppError('OPERATION_NOT_RESUMABLE', {
          message: `"${operation.title}" cannot go on.`,
          subject: operation.title,
        })
      const repo = await openRepo(parts, app.spec.cloneId)
      await parts.workspace.operations.record({ type: 'resume', id: operationId, pid: process.pid })
      start(operationId, app, async (signal) => {
        if (data.landing !== undefined) await publish(landing(repo, signal), operationId, data.landing)
        const revision = data.landing?.commit ?? data.revision
        if (data.approved === undefined || revision === undefined)
          return data.landing === undefined ? stopped(app) : { state: 'done' }
        return syncApproved(operationId, { app, repo, revision, approved: data.approved, signal })
      })
    },
  }
}

/** A sync goes on from a new plan: what it had applied is then unchanged, and what is left is shown again. */
function stopped(app: App): End {
  return {
    state: 'stopped',
    failure: {
      code: 'SYNC_STOPPED',
      message: `${app.spec.name}: the sync was interrupted; the new plan holds what is left.`,
    },
  }
}

function toEnd(error: unknown): End {
  if (!(error instanceof AppError))
    return {
      state: 'failed',
      failure: { code: 'INTERNAL', message: 'Something went wrong inside Wheelhouse.' },
    }
  const failure = { code: error.code, message: error.message }
  return { state: error.code === 'CANCELLED' ? 'cancelled' : 'failed', failure }
}
