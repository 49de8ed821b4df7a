import type { Api, App, AppSpec, Handlers, Problem, SourceClone, UpgradeRequest, Upgrades } from '#contract'
import { AppError, assertNever } from '#contract'
import { imageChanges, imagesOfAll, suggestSources } from '#core'
import type { Manifest } from '#core'
import { specSeen } from '../app-moves.ts'
import { readUpgrades } from '../source/index.ts'
import type { SourceCloneOf } from '../source/index.ts'
import { commitSides, tryRender } from '../timeline/index.ts'
import type { StoredClone } from '../workspace/index.ts'
import { findDraft } from './draft-calls.ts'
import type { KeptDrafts } from './draft-calls.ts'
import { findApp, openRepo } from './find.ts'
import type { Parts } from './ports.ts'

/** An answer holds at most this many images with their commits. */
const mostImages = 50

export function sourceCalls(
  parts: Parts,
  drafts: KeptDrafts,
): Pick<Handlers<Api>, 'source.upgrades' | 'source.suggest'> {
  return {
    'source.upgrades': async (request, { signal }) => {
      const { spec, before, after, problems, ends } = await sidesOf(parts, drafts, request)
      const changes = imageChanges(before, after)
      const upgrades = await readUpgrades(
        { cloneOf: (id) => cloneOf(parts, id) },
        spec.sources,
        changes.slice(0, mostImages),
        signal,
      )
      const more = Math.max(0, changes.length - mostImages)
      return { upgrades: [...upgrades], problems: [...problems], more, ...ends }
    },
    'source.suggest': async ({ spec }) => {
      const repo = await openRepo(parts, spec.cloneId)
      const { tip } = await repo.tracked(spec.branch)
      const { rendered } = await tryRender({ repo, render: parts.render }, spec, tip)
      const manifests = rendered?.manifests ?? []
      const clones = await Promise.all(
        parts.workspace.store
          .state()
          .clones.filter(({ id }) => id !== spec.cloneId)
          .map(async (clone) => ({ ...clone, ...(await remoteOf(parts, clone)) })),
      )
      return {
        images: imagesOfAll(manifests).map(({ repository }) => repository),
        suggestions: [...suggestSources(manifests, spec.sources, clones)],
      }
    },
  }
}

type Sides = {
  readonly spec: AppSpec
  readonly before: readonly Manifest[]
  readonly after: readonly Manifest[]
  readonly problems: readonly Problem[]
  readonly ends: Pick<Upgrades, 'from' | 'to'>
}

function sidesOf(parts: Parts, drafts: KeptDrafts, request: UpgradeRequest): Promise<Sides> {
  switch (request.kind) {
    case 'commit':
      return sidesOfCommit(parts, findApp(parts, request.appId), request.commit)
    case 'draft':
      return sidesOfDraft(parts, drafts, request.draftId)
    case 'revisions':
      return sidesOfRevisions(parts, findApp(parts, request.appId), request)
    default:
      return assertNever(request)
  }
}

async function sidesOfCommit(parts: Parts, { spec }: App, oid: string): Promise<Sides> {
  const repo = await openRepo(parts, spec.cloneId)
  const ports = { repo, render: parts.render }
  const { commit, parent, before, after } = await commitSides(ports, await specSeen(repo, spec, oid), oid)
  return toSides(spec, [before ?? {}, after], {
    to: commit.oid,
    ...(parent === undefined ? {} : { from: parent }),
  })
}

async function sidesOfDraft(parts: Parts, drafts: KeptDrafts, draftId: string): Promise<Sides> {
  const { draft, rendered } = findDraft(drafts, draftId)
  const { spec } = findApp(parts, draft.appId)
  const repo = await openRepo(parts, spec.cloneId)
  const before = await tryRender({ repo, render: parts.render }, spec, draft.base)
  return toSides(spec, [before, { rendered, problem: [] }], { from: draft.base })
}

async function sidesOfRevisions(
  parts: Parts,
  { spec }: App,
  revisions: { readonly from: string; readonly to: string },
): Promise<Sides> {
  const repo = await openRepo(parts, spec.cloneId)
  const [from, to] = await Promise.all([repo.resolve(revisions.from), repo.resolve(revisions.to)])
  const side = async (oid: string) =>
    tryRender({ repo, render: parts.render }, await specSeen(repo, spec, oid), oid)
  return toSides(spec, await Promise.all([side(from), side(to)]), { from, to })
}

type Tried = {
  readonly rendered?:
    { readonly manifests: readonly Manifest[]; readonly problems: readonly Problem[] } | undefined
  readonly problem?: readonly Problem[]
}

function toSides(spec: AppSpec, [before, after]: readonly [Tried, Tried], ends: Sides['ends']): Sides {
  return {
    spec,
    before: before.rendered?.manifests ?? [],
    after: after.rendered?.manifests ?? [],
    problems: [before, after].flatMap(({ rendered, problem = [] }) => [
      ...problem,
      ...(rendered?.problems ?? []),
    ]),
    ends,
  }
}

function cloneOf(parts: Parts, cloneId: string): SourceCloneOf | undefined {
  const clone = parts.workspace.store.state().clones.find(({ id }) => id === cloneId)
  if (clone === undefined) return undefined
  return {
    open: () => parts.git.open(clone.path),
    describe: async (): Promise<SourceClone> => ({
      id: clone.id,
      name: clone.name,
      trusted: clone.trusted !== undefined,
      remote: (await remoteOf(parts, clone)).remoteUrl !== undefined,
    }),
  }
}

/** A clone that cannot be opened has none, as far as anybody knows. */
async function remoteOf(parts: Parts, clone: StoredClone): Promise<{ readonly remoteUrl?: string }> {
  try {
    const repo = await parts.git.open(clone.path)
    const head = await repo.head()
    const remote = await repo.remote(head.kind === 'detached' ? '' : head.branch)
    return remote === undefined ? {} : { remoteUrl: remote.url }
  } catch (error) {
    if (error instanceof AppError) return {}
    throw error
  }
}
