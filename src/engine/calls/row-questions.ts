import type { AppSpec, LandingMode, Oid } from '#contract'
import { AppError } from '#contract'
import { conflictMark, reasonMarks } from '#core'
import type { AppRenderer } from '../app-render.ts'
import type { LiveApp } from '../apps/live-app.ts'
import { draftBase, rehearseUndo } from '../draft/index.ts'
import type { DraftRoom, Repo } from '../git/index.ts'
import { reasonsBy } from '../safety/index.ts'
import type { KeptFacts } from '../safety/index.ts'
import type { Answer, Question, UnmarkedRow } from '../timeline/index.ts'

/** A row as it is looked at: `spec` is the app at its commit. */
export type Candidate = UnmarkedRow & { readonly spec: AppSpec }

export type QuestionPorts = {
  readonly repo: Repo
  readonly render: AppRenderer
  readonly live: LiveApp
  readonly now: () => string
  readonly others: () => Promise<readonly AppSpec[]>
  readonly usualLanding: () => LandingMode | undefined
  /** What rehearsals found before, in this view or another one. */
  readonly rehearsed: Map<string, readonly string[]>
}

/** What returning to a commit would do: its render against that of the branch's tip and against what the cluster says. */
export function returnQuestion(ports: QuestionPorts, facts: KeptFacts): Question<Candidate, Answer> {
  const { repo, render, live, now } = ports
  return {
    keyOf: (row) => (isTold(row) ? `${live.state().tip?.oid ?? ''} ${facts.serial()}` : undefined),
    ask: unlessFailed(async ({ commit, spec }, signal) => {
      const after = await render(spec, await repo.tree(commit.oid))
      signal.throwIfAborted()
      const { rendered, renderedAt, tip, observed } = live.state()
      // Who else syncs the app leaves no records here.
      const past = observed?.companion === undefined ? { renderedHash: after.hash } : {}
      const before = renderedAt === tip?.oid ? rendered : undefined
      if (before?.hash === after.hash) return { marks: [], ...past }
      const sides = {
        before: before?.manifests ?? [],
        after: after.manifests,
        renderedHash: after.hash,
      }
      return { marks: reasonMarks(await reasonsBy(facts.current(), sides, now(), signal)), ...past }
    }),
  }
}

/** Whether undoing a commit would meet later changes. */
export function undoQuestion(ports: QuestionPorts): Question<Candidate, Answer> & {
  readonly close: () => Promise<void>
} {
  const { repo, render, live } = ports
  const { app } = live
  let base: { readonly tip: Oid; readonly oid: Promise<Oid> } | undefined
  let others: Promise<readonly AppSpec[]> | undefined
  let room: Promise<DraftRoom> | undefined
  const discard = async () => {
    const last = room
    room = undefined
    await (await last)?.discard()
  }
  const baseAt = async (tip: Oid) => {
    if (base?.tip !== tip) {
      others = undefined
      base = { tip, oid: draftBase(repo, app.spec.branch, ports.usualLanding()) }
      base.oid.catch(() => (base = undefined))
      await discard()
    }
    return base.oid
  }
  return {
    keyOf: (row) => (isTold(row) && canUndo(row) ? live.state().tip?.oid : undefined),
    ask: unlessFailed(async ({ commit }, signal) => {
      const files = await rehearseUndo(
        {
          repo,
          render,
          others: () => (others ??= ports.others()),
          room: () => (room ??= repo.rehearsal()),
          known: ports.rehearsed,
          signal,
        },
        { spec: app.spec, commit, base: await baseAt(live.state().tip?.oid ?? '') },
      )
      return { marks: conflictMark(files) }
    }),
    close: discard,
  }
}

/** Where nothing rendered changed there is nothing to choose, and its row may be folded. */
function isTold({ effect }: Candidate): boolean {
  return effect === 'changed' || effect === 'unknown'
}

/** What a commit did in another folder, or on another branch, is nothing that could be taken back here. */
function canUndo({ aside, at, movedFrom }: Candidate): boolean {
  return aside?.branch === undefined && at === undefined && movedFrom === undefined
}

/** A commit that does not render, or whose parent is not here, has no answer: the draft says why. */
function unlessFailed(
  ask: (row: Candidate, signal: AbortSignal) => Promise<Answer>,
): Question<Candidate, Answer>['ask'] {
  return async (row, signal) => {
    try {
      return await ask(row, signal)
    } catch (error) {
      if (error instanceof AppError || signal.aborted) return undefined
      throw error
    }
  }
}
