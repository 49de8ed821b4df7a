import type { App, DraftRequest } from '#contract'
import { AppError } from '#contract'
import { buildDraft, proofOf } from '../draft/index.ts'
import type { BuiltDraft } from '../draft/index.ts'
import type { Repo } from '../git/index.ts'
import type { LandingData } from '../operations/land.ts'
import { alongsideOf } from './alongside.ts'
import { otherApps } from './find.ts'
import type { Parts } from './ports.ts'

/** Builds what a request asks for on the tracked branch's newest tip. */
export async function buildFor(
  parts: Parts,
  { app, repo, request }: { readonly app: App; readonly repo: Repo; readonly request: DraftRequest },
): Promise<BuiltDraft> {
  const { landing: usualLanding, message: conventions } = parts.workspace.store.state().settings
  const others = await otherApps(parts, app, repo)
  const alongside = alongsideOf(parts, { app, action: request.action, others })
  return buildDraft(
    { render: parts.render, repo, others, now: parts.now },
    {
      ...request,
      usualLanding,
      ...(conventions === undefined ? {} : { conventions }),
      ...(alongside === undefined ? {} : { alongside }),
      id: parts.newId(),
      spec: app.spec,
    },
  )
}

/**
 * A draft made again on a newer tip, where that changes nothing of what was shown; undefined where it does, or where it cannot be made any
 * more. The older draft is not touched.
 */
export async function remakeSame(
  parts: Parts,
  work: {
    readonly app: App
    readonly repo: Repo
    readonly request: DraftRequest
    /** Of the draft that was shown (`proofOf`). */
    readonly proof: string
  },
): Promise<BuiltDraft | undefined> {
  try {
    const again = await buildFor(parts, work)
    if ((await proofOf(again)) === work.proof) return again
    await again.room.discard()
    return undefined
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED') return undefined
    throw error
  }
}

/** The same landing of a draft that was made again: nothing of it is done yet. */
export function landingOnto(
  { commit: _commit, reached: _reached, ...data }: LandingData,
  { draft, room }: BuiltDraft,
): LandingData {
  return { ...data, base: draft.base, tree: draft.tree, holdName: draft.id, dir: room.dir }
}
