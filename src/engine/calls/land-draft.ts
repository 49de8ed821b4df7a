import type { App, Draft, DraftRequest, LandRequest, Operation } from '#contract'
import { AppError } from '#contract'
import { ticketMark } from '#core'
import { proofOf } from '../draft/index.ts'
import type { BuiltDraft } from '../draft/index.ts'
import type { Repo, TrackedBranch } from '../git/index.ts'
import { requireApproval, toApproved } from '../operations/approved.ts'
import type { LandingData } from '../operations/land.ts'
import type { KeptPlan } from '../operations/sync.ts'
import { stepNames } from './carry-out.ts'
import { findApp, openRepo } from './find.ts'
import type { Plans } from './plan-calls.ts'
import { requireConfirmed } from './plan-calls.ts'
import type { Parts } from './ports.ts'
import { pullOf } from './pull-requests.ts'
import { remakeSame } from './remake.ts'
import type { Runner } from './runner.ts'
import { requireMayLand } from './trust.ts'

/** A draft between showing and landing, and what it was asked for with. */
export type KeptDraft = BuiltDraft & {
  readonly request: DraftRequest
  readonly plan?: KeptPlan
  /** Address of the remote when it was shown: the same name may stand for another repository by now. */
  readonly remoteUrl?: string | undefined
}

/**
 * Begins the landing of a draft as it was shown; where the branch moved since, of the same draft on the newer tip. `taken` = the shown draft's
 * folder belongs to the operation now. `DRAFT_STALE`, `DRAFT_BLOCKED`, `DRAFT_NEEDS_CHOICE`, `PLAN_STALE`, `CONTEXT_NOT_CONFIRMED`.
 */
export async function landDraft(
  ports: { readonly parts: Parts; readonly plans: Plans; readonly runner: Runner },
  shown: KeptDraft,
  input: LandRequest,
): Promise<{ readonly operationId: string; readonly taken: boolean }> {
  const { parts, plans, runner } = ports
  const app = findApp(parts, shown.draft.appId)
  checkDraft(shown.draft, input)
  const repo = await openRepo(parts, app.spec.cloneId)
  await requireMayLand(parts, app.spec.cloneId, repo)
  const tracked = await repo.tracked(app.spec.branch)
  await requireSameRemote(repo, shown)
  await requireConfirmed(parts, app, input.confirmedContext)
  const follower = shown.plan?.plan.companion ?? parts.live.peek(app.id)?.state().observed?.companion
  const approved = input.sync === undefined ? undefined : approvedPlan(plans, input.sync, app.spec.name)
  // Now: the draft's folder is gone when it may be needed.
  const proof = await proofOf(shown)
  const request = { ...shown.request, landing: shown.draft.landing.mode }
  const replan = () => remakeSame(parts, { app, repo, request, proof })
  const base = shown.draft.landing.mode === 'local' ? tracked.local : tracked.remote?.oid
  const kept = base === shown.draft.base ? shown : await replan()
  if (kept === undefined) throw stale(shown.draft)
  const data = await toLanding({ app, repo, tracked, follower, message: input.message }, kept)
  const operationId = await runner.land({
    app,
    repo,
    kept,
    data,
    kind: kindOf(kept.draft),
    steps: stepNames(data, approved !== undefined),
    ...(approved === undefined ? {} : { approved }),
    replan,
  })
  return { operationId, taken: kept === shown }
}

async function requireSameRemote(repo: Repo, { draft, remoteUrl }: KeptDraft): Promise<void> {
  if (draft.landing.mode === 'local') return
  const now = await repo.remote(draft.landing.branch)
  if (now?.url !== remoteUrl)
    throw new AppError('DRAFT_STALE', {
      message: `${now?.name ?? draft.landing.branch} has another address than when this draft was made.`,
      subject: draft.landing.branch,
      action: 'refresh',
      retryable: true,
    })
}

async function toLanding(
  work: {
    readonly app: App
    readonly repo: Repo
    readonly tracked: TrackedBranch
    readonly follower: string | undefined
    readonly message: LandRequest['message']
  },
  { draft, room }: BuiltDraft,
): Promise<LandingData> {
  const { app, repo, follower, message } = work
  const { landing, base, tree } = draft
  const remote = landing.mode === 'local' ? undefined : work.tracked.remote
  const pull =
    landing.mode === 'pull-request' ? await pullOf(repo, app, { branch: landing.branch, tree }) : undefined
  return {
    kind: 'land',
    branch: landing.branch,
    base,
    tree,
    message: { ...message, trailers: draft.message.trailers },
    remote: remote === undefined ? undefined : { name: remote.name, branch: remote.branch, ref: remote.ref },
    ...(pull === undefined ? {} : { pull }),
    ...(remote === undefined || follower === undefined ? {} : { follower }),
    holdName: draft.id,
    dir: room.dir,
  }
}

function checkDraft(draft: Draft, input: LandRequest): void {
  if (draft.fingerprint !== input.fingerprint) throw stale(draft)
  if (input.message.subject.includes(ticketMark))
    throw new AppError('MESSAGE_TICKET_MISSING', { message: `The subject still has ${ticketMark} in it.` })
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
