import type { Api, Draft, DraftRequest, Handlers, LandRequest, Operation } from '#contract'
import { AppError } from '#contract'
import { proofOf } from '../draft/index.ts'
import type { BuiltDraft } from '../draft/index.ts'
import { requireApproval, toApproved } from '../operations/approved.ts'
import type { LandingData } from '../operations/land.ts'
import type { KeptPlan } from '../operations/sync.ts'
import { planApp } from '../operations/sync.ts'
import { stepNames } from './carry-out.ts'
import { findApp, openRepo } from './find.ts'
import type { Plans } from './plan-calls.ts'
import { planPortsOf, requireConfirmed } from './plan-calls.ts'
import type { Parts } from './ports.ts'
import { pullOf } from './pull-requests.ts'
import { buildFor, remakeSame } from './remake.ts'
import type { Runner } from './runner.ts'

type Calls = Pick<Handlers<Api>, 'draft.create' | 'draft.plan' | 'draft.discard' | 'draft.land'>
type Kept = BuiltDraft & { readonly request: DraftRequest; readonly plan?: KeptPlan }

const keptDrafts = 20

export function draftCalls(parts: Parts, plans: Plans, runner: Runner): Calls {
  const drafts = new Map<string, Kept>()
  const find = (draftId: string): Kept => {
    const kept = drafts.get(draftId)
    if (kept === undefined)
      throw new AppError('DRAFT_GONE', { message: 'This draft is not kept any more.', action: 'refresh' })
    return kept
  }
  const forget = async (draftId: string) => {
    const kept = drafts.get(draftId)
    drafts.delete(draftId)
    await kept?.room.discard()
  }
  return {
    'draft.create': async (input) => {
      const app = findApp(parts, input.appId)
      const repo = await openRepo(parts, app.spec.cloneId)
      const built = await buildFor(parts, { app, repo, request: input })
      drafts.set(built.draft.id, { ...built, request: input })
      const oldest = drafts.keys().next().value
      if (drafts.size > keptDrafts && oldest !== undefined) await forget(oldest)
      return built.draft
    },
    'draft.plan': async ({ draftId }, { signal }) => {
      const kept = find(draftId)
      const app = findApp(parts, kept.draft.appId)
      const repo = await openRepo(parts, app.spec.cloneId)
      const plan = await planApp(planPortsOf(parts, repo), app, {
        revision: kept.draft.preview,
        standsFor: kept.draft.base,
        source: () => Promise.resolve(kept.room.tree(kept.draft.tree)),
        signal,
      })
      drafts.set(draftId, { ...kept, plan })
      plans.keep(plan)
      return plan.plan
    },
    'draft.discard': async ({ draftId }) => {
      await forget(draftId)
      return {}
    },
    'draft.land': async (input) => {
      const shown = find(input.draftId)
      const app = findApp(parts, shown.draft.appId)
      checkDraft(shown.draft, input)
      const repo = await openRepo(parts, app.spec.cloneId)
      const tracked = await repo.tracked(app.spec.branch)
      await requireConfirmed(parts, app, input.confirmedContext)
      const follower = shown.plan?.plan.companion ?? parts.live.peek(app.id)?.state().observed?.companion
      const approved = input.sync === undefined ? undefined : approvedPlan(plans, input.sync, app.spec.name)
      const { remote } = tracked
      const base = shown.draft.landing.mode === 'local' ? tracked.local : remote?.oid
      // Now: the draft's folder is gone when it may be needed.
      const proof = await proofOf(shown)
      const request = { ...shown.request, landing: shown.draft.landing.mode }
      const again = () => remakeSame(parts, { app, repo, request, proof })
      const kept = base === shown.draft.base ? shown : await again()
      if (kept === undefined) throw stale(shown.draft)
      const { draft } = kept
      const pushes = draft.landing.mode !== 'local' && remote !== undefined
      const pull =
        draft.landing.mode === 'pull-request'
          ? await pullOf(repo, app, { branch: draft.landing.branch, tree: draft.tree })
          : undefined
      const data: LandingData = {
        kind: 'land',
        branch: draft.landing.branch,
        base: draft.base,
        tree: draft.tree,
        message: { ...input.message, trailers: draft.message.trailers },
        remote: pushes ? { name: remote.name, branch: remote.branch, ref: remote.ref } : undefined,
        ...(pull === undefined ? {} : { pull }),
        ...(pushes && follower !== undefined ? { follower } : {}),
        holdName: draft.id,
        dir: kept.room.dir,
      }
      const id = await runner.land({
        app,
        repo,
        kept,
        data,
        kind: kindOf(draft),
        steps: stepNames(data, approved !== undefined),
        ...(approved === undefined ? {} : { approved }),
        replan: again,
      })
      // The operation owns the draft's folder from here on.
      if (kept === shown) drafts.delete(shown.draft.id)
      else await forget(shown.draft.id)
      return { operationId: id }
    },
  }
}

function checkDraft(draft: Draft, input: LandRequest): void {
  if (draft.fingerprint !== input.fingerprint) throw stale(draft)
  const [block] = draft.blocks
  if (block !== undefined) throw new AppError('DRAFT_BLOCKED', { message: block.message, subject: draft.id })
  if (draft.needs.includes('shared')) {
    throw new AppError('DRAFT_NEEDS_CHOICE', {
      message: 'The draft touches inputs that other apps read.',
      data: { shared: draft.shared },
    })
  }
  if (draft.needs.includes('does-not-render') && !input.acceptNotRendering) {
    throw new AppError('DRAFT_NEEDS_CHOICE', {
      message: `The result does not render: ${draft.problems[0]?.message ?? ''}`,
    })
  }
}

function approvedPlan(plans: Plans, sync: NonNullable<LandRequest['sync']>, subject: string) {
  const { plan } = plans.find(sync.planId)
  if (plan.fingerprint !== sync.fingerprint)
    throw new AppError('PLAN_STALE', {
      message: 'The plan is not the one that was shown.',
      action: 'show-plan',
    })
  // Now and not after the push: what cannot be synced is said while nothing is done.
  requireApproval(plan, sync.decisions, subject)
  return toApproved(plan, sync.decisions)
}

function stale(draft: Draft): AppError {
  return new AppError('DRAFT_STALE', {
    message: `${draft.landing.branch} moved since this draft was made.`,
    subject: draft.landing.branch,
    action: 'refresh',
    retryable: true,
  })
}

function kindOf({ action }: Draft): Operation['kind'] {
  return action.kind === 'undo-range' ? 'undo' : action.kind
}
