import type { Api, Handlers } from '#contract'
import { AppError } from '#contract'
import { readSafety } from '../safety/index.ts'
import { planApp } from '../operations/sync.ts'
import { findApp, openRepo } from './find.ts'
import { landDraft } from './land-draft.ts'
import type { KeptDraft } from './land-draft.ts'
import type { Plans } from './plan-calls.ts'
import { planPortsOf } from './plan-calls.ts'
import type { Parts } from './ports.ts'
import { buildFor } from './remake.ts'
import type { Runner } from './runner.ts'

type Calls = Pick<
  Handlers<Api>,
  'draft.create' | 'draft.plan' | 'draft.safety' | 'draft.discard' | 'draft.land'
>

const keptDrafts = 20

/** Drafts between showing and landing, by id. */
export type KeptDrafts = Map<string, KeptDraft>

/** `DRAFT_GONE`. */
export function findDraft(drafts: KeptDrafts, draftId: string): KeptDraft {
  const kept = drafts.get(draftId)
  if (kept === undefined)
    throw new AppError('DRAFT_GONE', { message: 'This draft is not kept any more.', action: 'refresh' })
  return kept
}

export function draftCalls(parts: Parts, plans: Plans, runner: Runner, drafts: KeptDrafts): Calls {
  const find = (draftId: string) => findDraft(drafts, draftId)
  const forget = async (draftId: string) => {
    const kept = drafts.get(draftId)
    drafts.delete(draftId)
    await kept?.room.discard()
  }
  return {
    'draft.create': async (input) => {
      const app = findApp(parts, input.appId)
      const repo = await openRepo(parts, app.spec.cloneId)
      const [built, remote] = await Promise.all([
        buildFor(parts, { app, repo, request: input }),
        repo.remote(app.spec.branch),
      ])
      drafts.set(built.draft.id, { ...built, request: input, remoteUrl: remote?.url })
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
    'draft.safety': async ({ draftId }, { signal }) => {
      const kept = find(draftId)
      const app = findApp(parts, kept.draft.appId)
      const repo = await openRepo(parts, app.spec.cloneId)
      const ports = { ...planPortsOf(parts, repo), now: parts.now }
      const before = await parts
        .render(app.spec, await repo.tree(kept.draft.base), signal)
        .catch(emptyUnlessCancelled)
      const after = kept.rendered?.manifests ?? []
      const sides = { before: before.manifests, after, renderedHash: kept.rendered?.hash }
      return { reasons: [...(await readSafety(ports, app, sides, signal))] }
    },
    'draft.discard': async ({ draftId }) => {
      await forget(draftId)
      return {}
    },
    'draft.land': async (input) => {
      const shown = find(input.draftId)
      const { operationId, taken } = await landDraft({ parts, plans, runner }, shown, input)
      // The operation owns the draft's folder from here on.
      if (taken) drafts.delete(input.draftId)
      else await forget(input.draftId)
      return { operationId }
    },
  }
}

/** A head that does not render is what one goes back from: there is nothing to compare with. */
function emptyUnlessCancelled(error: unknown): { readonly manifests: readonly [] } {
  if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
  return { manifests: [] }
}
