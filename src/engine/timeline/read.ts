import type { AppSpec, Commit, Oid, TimelineRow } from '#contract'
import { AppError } from '#contract'
import { renderedChanges } from '#core'
import type { AppRenderer, Rendered } from '../app-render.ts'
import type { Repo } from '../git/index.ts'
import { pathsOf } from './paths.ts'

export type TimelineRequest = {
  readonly spec: AppSpec
  readonly tip: Oid
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}
export type TimelinePorts = { readonly repo: Repo; readonly render: AppRenderer }

/** A row without its marks: those come from the cluster and change at other times. */
export type UnmarkedRow = Omit<TimelineRow, 'marks'>

type Side = { readonly rendered: Rendered } | { readonly problem: string }

/**
 * Commits that touched what the app's render reads, newest first along the first parent. Each row comes twice: at once as `pending`, then with
 * what it changed in rendered terms. Work grows with the rows: neighbouring commits share one side, so it is one render a row.
 */
export async function* readTimeline(
  ports: TimelinePorts,
  request: TimelineRequest,
): AsyncGenerator<UnmarkedRow> {
  const { repo } = ports
  const renderAt = (oid: Oid) => renderSide(ports, request, oid)
  let known = pathsOf(request.spec, await renderAt(request.tip).then(inputsOf))
  let from: Oid | undefined = request.tip
  let index = 0
  while (from !== undefined && index < request.limit) {
    const log: AsyncGenerator<Commit> = repo.log({
      tip: from,
      firstParent: true,
      paths: known,
      signal: request.signal,
    })
    from = undefined
    for await (const commit of log) {
      if (index >= request.limit) break
      const pending: UnmarkedRow = { commit, effect: 'pending', changes: [], index }
      yield pending
      const parent = commit.parents[0]
      const [after, before] = await Promise.all([
        renderAt(commit.oid),
        parent === undefined ? nothing : renderAt(parent),
      ])
      yield { ...pending, ...effectOf(before, after) }
      index += 1
      // An older state may read files that the newer does not (a base that was folded in): from there on they count too.
      const wider = pathsOf(request.spec, [...inputsOf(before), ...inputsOf(after)], known)
      if (parent !== undefined && wider.length > known.length) {
        known = wider
        from = parent
        break
      }
    }
  }
}

const nothing: Side = { rendered: { manifests: [], problems: [], inputs: [], hash: '' } }

async function renderSide(ports: TimelinePorts, request: TimelineRequest, oid: Oid): Promise<Side> {
  try {
    const source = await ports.repo.tree(oid)
    // Before the app's folder existed there was nothing of it, which is no failure to render.
    if ((await source.oidOf(request.spec.path)) === undefined && request.spec.path !== '.') return nothing
    return { rendered: await ports.render(request.spec, source, request.signal) }
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED') return { problem: error.message }
    throw error
  }
}

function inputsOf(side: Side): readonly string[] {
  return 'rendered' in side ? side.rendered.inputs.map(({ path }) => path) : []
}

function effectOf(before: Side, after: Side): Pick<UnmarkedRow, 'effect' | 'changes' | 'problem'> {
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
