import type { AppSpec, Oid, Output } from '#contract'
import { AppError } from '#contract'
import { manifestDiffs, redactYamlPair, renderedChanges } from '#core'
import { specBeforeMove } from '../app-moves.ts'
import { emptyTree } from '../git/index.ts'
import type { Rendered } from '../app-render.ts'
import { pathsOf } from './paths.ts'
import type { TimelinePorts } from './read.ts'

/** One commit of an app in full, against its first parent: files among the app's inputs, manifests, what changed. Secrets are masked. */
export async function showCommit(
  ports: TimelinePorts,
  spec: AppSpec,
  oid: Oid,
): Promise<Output<'commit.show'>> {
  const { repo } = ports
  const { commit, parent, earlier, before, after } = await commitSides(ports, spec, oid)
  const inputs = [before, after].flatMap((side) => side?.rendered?.inputs.map(({ path }) => path) ?? [])
  const files = await repo.files(parent ?? emptyTree, commit.oid, pathsOf(spec, inputs, [earlier.path]))
  const complete = after.rendered !== undefined && (before === undefined || before.rendered !== undefined)
  const from = before?.rendered?.manifests ?? []
  const to = after.rendered?.manifests ?? []
  return {
    commit,
    message: await repo.message(commit.oid),
    files: files.map((file) =>
      file.opaque ? file : { path: file.path, opaque: false, ...redactYamlPair(file.before, file.after) },
    ),
    manifests: complete ? [...manifestDiffs(from, to)] : [],
    changes: complete ? [...renderedChanges(from, to)] : [],
    problems: [...(after.problem ?? []), ...(before?.problem ?? [])],
  }
}

/** The app at a commit and at its first parent, where it may have had another folder; both sides as far as they render. */
export async function commitSides(ports: TimelinePorts, spec: AppSpec, oid: Oid) {
  const { repo } = ports
  const commit = await repo.commit(await repo.resolve(oid))
  const parent = commit.parents[0]
  const earlier = (await specBeforeMove(repo, spec, commit)) ?? spec
  const [after, before] = await Promise.all([
    tryRender(ports, spec, commit.oid),
    parent === undefined ? undefined : tryRender(ports, earlier, parent),
  ])
  return { commit, parent, earlier, before, after }
}

type Side = {
  readonly rendered?: Rendered
  readonly problem?: readonly { readonly code: string; readonly message: string }[]
}

export async function tryRender(ports: TimelinePorts, spec: AppSpec, oid: Oid): Promise<Side> {
  try {
    return { rendered: await ports.render(spec, await ports.repo.tree(oid)) }
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED')
      return { problem: [{ code: error.code, message: error.message }] }
    throw error
  }
}
