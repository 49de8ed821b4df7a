import type { Api, App, Handlers } from '#contract'
import { AppError } from '#contract'
import type { Repo } from '../git/index.ts'
import { requireApproval } from '../operations/approved.ts'
import { planApp } from '../operations/sync.ts'
import type { KeptPlan, PlanPorts } from '../operations/sync.ts'
import { findApp, openRepo, readContexts } from './find.ts'
import type { Parts } from './ports.ts'
import type { Runner } from './runner.ts'

type Calls = Pick<Handlers<Api>, 'plan.create' | 'plan.diff' | 'sync.run'>

/** Plans between showing and approving: what runs is what was kept here, never what a window sends. */
export type Plans = { readonly keep: (plan: KeptPlan) => void; readonly find: (planId: string) => KeptPlan }

const keptPlans = 50

export function createPlans(): Plans {
  const plans = new Map<string, KeptPlan>()
  return {
    keep: (kept) => {
      plans.set(kept.plan.id, kept)
      if (plans.size > keptPlans) plans.delete(plans.keys().next().value ?? '')
    },
    find: (planId) => {
      const kept = plans.get(planId)
      if (kept === undefined)
        throw new AppError('PLAN_GONE', { message: 'This plan is not kept any more.', action: 'refresh' })
      return kept
    },
  }
}

export function planCalls(parts: Parts, plans: Plans, runner: Runner): Calls {
  return {
    'plan.create': async ({ appId, revision }, { signal }) => {
      const app = findApp(parts, appId)
      const repo = await openRepo(parts, app.spec.cloneId)
      const oid = revision ?? (await repo.tracked(app.spec.branch)).tip
      const kept = await planApp(planPortsOf(parts, repo), app, {
        revision: oid,
        source: () => repo.tree(oid),
        signal,
      })
      plans.keep(kept)
      return kept.plan
    },
    'plan.diff': ({ planId, key }) => {
      const diff = plans.find(planId).diffOf(key)
      if (diff === undefined)
        throw new AppError('NOT_FOUND', {
          message: `${key.kind}/${key.name} is not in this plan.`,
          subject: key.name,
        })
      return Promise.resolve(diff)
    },
    'sync.run': async ({ planId, fingerprint, decisions }) => {
      const kept = plans.find(planId)
      if (kept.plan.fingerprint !== fingerprint)
        throw new AppError('PLAN_STALE', {
          message: 'The plan is not the one that was shown.',
          action: 'show-plan',
        })
      requireApproval(kept.plan, decisions, kept.app.spec.name)
      await requireConfirmed(parts, kept.app, decisions.confirmedContext)
      const repo = await openRepo(parts, kept.app.spec.cloneId)
      return { operationId: await runner.sync({ app: kept.app, repo, kept, decisions }) }
    },
  }
}

export function planPortsOf(parts: Parts, repo: Repo): PlanPorts {
  return { repo, render: parts.render, sync: parts.sync, connect: (context) => parts.kube.connect(context) }
}

/** A protected context wants its name typed, for a commit that a controller or a sync will bring there as for the sync itself. */
export async function requireConfirmed(parts: Parts, app: App, confirmed: string | undefined): Promise<void> {
  const name = app.spec.destination?.context
  const { contexts } = await readContexts(parts)
  const context = contexts.find((one) => one.name === name)
  if (context?.protected !== true || confirmed === context.name) return
  throw new AppError('CONTEXT_NOT_CONFIRMED', {
    message: `${context.name} is protected: its name was not typed.`,
    subject: context.name,
  })
}
