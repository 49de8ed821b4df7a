import type { AppSpec, Oid, Problem, Side, SideShown } from '#contract'
import { AppError } from '#contract'
import type { AppRenderer, Rendered } from '../app-render.ts'
import { specSeen } from '../app-moves.ts'
import type { Repo, TreeSource } from '../git/index.ts'

export type SidePorts = {
  readonly repoOf: (cloneId: string) => Promise<Repo>
  readonly render: AppRenderer
  /** `NOT_FOUND`. */
  readonly specOf: (appId: string) => AppSpec
}

/** A side that is a tree of files: which app's, and from where. */
export type TreeSide = {
  readonly shown: SideShown
  readonly spec: AppSpec
  readonly repo: Repo
  readonly source: TreeSource
}

export async function treeSide(
  ports: SidePorts,
  spec: AppSpec,
  side: Exclude<Side, { readonly kind: 'live' }>,
): Promise<TreeSide> {
  const repo = await ports.repoOf(spec.cloneId)
  switch (side.kind) {
    case 'revision':
      return commitSide(spec, repo, await repo.resolve(side.revision), side.revision)
    case 'index':
      return { spec, repo, shown: { words: 'the index' }, source: await repo.index() }
    case 'worktree':
      return { spec, repo, shown: { words: 'the work tree' }, source: repo.workTree() }
    case 'app': {
      const other = ports.specOf(side.appId)
      const otherRepo = await ports.repoOf(other.cloneId)
      const name = side.revision ?? other.branch
      const oid =
        side.revision === undefined
          ? (await otherRepo.tracked(other.branch)).tip
          : await otherRepo.resolve(side.revision)
      const found = await commitSide(other, otherRepo, oid, name)
      return { ...found, shown: { oid, words: `${other.name}, ${found.shown.words}` } }
    }
    default:
      return side satisfies never
  }
}

async function commitSide(spec: AppSpec, repo: Repo, oid: Oid, name: string): Promise<TreeSide> {
  const words = oid.startsWith(name) ? oid.slice(0, 7) : `${name} (${oid.slice(0, 7)})`
  const then = await specSeen(repo, spec, oid)
  return { spec: then, repo, shown: { words, oid }, source: await repo.tree(oid) }
}

/** What a side renders to; an app that is not there yet is empty, one that fails says why. */
export async function renderedSide(
  { render }: Pick<SidePorts, 'render'>,
  { spec, source, shown }: TreeSide,
  signal: AbortSignal | undefined,
): Promise<{ readonly rendered?: Rendered; readonly problems: readonly Problem[] }> {
  const isThere = spec.path === '.' || (await source.oidOf(spec.path)) !== undefined
  if (!isThere) {
    const message = `${shown.words} has no ${spec.path}.`
    const rendered: Rendered = { manifests: [], problems: [], inputs: [], hash: '' }
    return { rendered, problems: [{ code: 'RENDER_PATH_MISSING', message }] }
  }
  try {
    const rendered = await render(spec, source, signal)
    return { rendered, problems: rendered.problems }
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
    return { problems: [{ code: error.code, message: `${shown.words}: ${error.message}` }] }
  }
}
