import { AppError } from '#contract'
import type { Oid } from '#contract'
import { renderedChanges } from '#core'
import type { Rendered } from '../app-render.ts'
import type { TimelinePorts, TimelineRequest, UnmarkedRow } from './read.ts'

/** The app at one commit, or why it does not render there. */
export type Side = { readonly rendered: Rendered } | { readonly problem: string }

export const nothing: Side = { rendered: { manifests: [], problems: [], inputs: [], hash: '' } }

export async function renderSide(
  { repo, render }: TimelinePorts,
  { spec, signal }: TimelineRequest,
  oid: Oid,
): Promise<Side> {
  try {
    const source = await repo.tree(oid)
    if (signal?.aborted === true) throw new AppError('CANCELLED', { message: 'The timeline was closed.' })
    // Before the app's folder existed there was nothing of it, which is no failure to render.
    if ((await source.oidOf(spec.path)) === undefined && spec.path !== '.') return nothing
    return { rendered: await render(spec, source, signal) }
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED') return { problem: error.message }
    throw error
  }
}

export function inputsOf(side: Side): readonly string[] {
  return 'rendered' in side ? side.rendered.inputs.map(({ path }) => path) : []
}

/** What a commit changed in rendered terms; `unknown` where one of its sides does not render. */
export function effectOf(before: Side, after: Side): Pick<UnmarkedRow, 'effect' | 'changes' | 'problem'> {
  if ('problem' in after) return { effect: 'unknown', changes: [], problem: after.problem }
  if ('problem' in before)
    return { effect: 'unknown', changes: [], problem: `its parent does not render: ${before.problem}` }
  if (before.rendered.hash === after.rendered.hash) return { effect: 'none', changes: [] }
  const changes = renderedChanges(before.rendered.manifests, after.rendered.manifests)
  const [problem] = after.rendered.problems
  return {
    effect: changes.length === 0 ? 'none' : 'changed',
    changes,
    ...(problem === undefined ? {} : { problem: problem.message }),
  }
}
