import type {
  AppSpec,
  Commit,
  Conflict,
  Draft,
  DraftAction,
  DraftRequest,
  EditPlace,
  FileDiff,
  LandingMode,
  MessageConventions,
  Oid,
} from '#contract'
import { AppError, assertNever } from '#contract'
import { applyConventions, redactYamlPair } from '#core'
import { sha256 } from '../app-render.ts'
import type { AppRenderer, Rendered } from '../app-render.ts'
import type { DraftRoom, Repo } from '../git/index.ts'
import { effectsAlongside } from './alongside.ts'
import { landingOf, proposalOf } from './landing.ts'
import { compareRenders, tryRender } from './preview.ts'
import { readsOfOthers } from './reads.ts'
import { buildRollback } from './rollback.ts'
import { editReplicas } from './scale.ts'
import { sharedInputs } from './shared.ts'
import { proposeMessage } from './words.ts'
import type { DraftMessage } from './words.ts'

export type DraftPorts = {
  readonly render: AppRenderer
  readonly repo: Repo
  /** The other apps of the clone: those of the workspace and those that discovery sees. */
  readonly others: readonly AppSpec[]
  readonly now: () => string
}
export type BuildRequest = DraftRequest & {
  readonly id: string
  readonly spec: AppSpec
  /** Where commits go unless the request says it; `push` unless told. */
  readonly usualLanding?: LandingMode
  /** How the team words commits. */
  readonly conventions?: MessageConventions
  /** Apps that return in the same commit. */
  readonly alongside?: readonly AppSpec[]
}

/** A draft as it is kept: what is shown, and what landing needs. */
export type BuiltDraft = {
  readonly draft: Draft
  readonly room: DraftRoom
  readonly rendered: Rendered | undefined
}

/** The tree of a draft and what was found while making it. */
export type Built = {
  readonly tree: Oid
  readonly conflicts: readonly Conflict[]
  readonly edits: readonly EditPlace[]
  readonly sharedPaths: readonly string[]
  readonly touched: readonly string[]
}

/**
 * Builds a draft on the tracked branch's tip in a quarantine of its own: nothing is in the user's repository. Throws `RETURN_NOTHING`,
 * `UNDO_NOTHING`, `EDIT_*`, `AUTOSCALER_OWNS`, `COMMIT_MISSING`, `GIT_IDENTITY_MISSING`; conflicts, shared inputs and a result that does not
 * render are part of the answer.
 */
export async function buildDraft(ports: DraftPorts, request: BuildRequest): Promise<BuiltDraft> {
  const { repo } = ports
  const [tracked, commits] = await Promise.all([
    repo.tracked(request.spec.branch),
    commitsOf(repo, request.action),
    repo.identity(),
  ])
  const landing = await landingOf(repo, tracked, request)
  const room = await repo.draft()
  try {
    return await buildIn(ports, request, { room, base: landing.base, landing, commits })
  } catch (error) {
    await room.discard()
    throw error
  }
}

async function buildIn(
  ports: DraftPorts,
  request: BuildRequest,
  place: {
    readonly room: DraftRoom
    readonly base: Oid
    readonly landing: Draft['landing']
    readonly commits: readonly Commit[]
  },
): Promise<BuiltDraft> {
  const { repo, render } = ports
  const { room, base, commits } = place
  const [before, built] = await Promise.all([
    tryRender(render, request.spec, () => repo.tree(base)),
    request.action.kind === 'scale'
      ? buildScale(ports, request, room, base)
      : buildRollback(ports, request, room, base),
  ])
  const after =
    built.conflicts.length > 0
      ? undefined
      : await tryRender(render, request.spec, () => Promise.resolve(room.tree(built.tree)))
  const beside =
    request.alongside === undefined
      ? undefined
      : await effectsAlongside(render, request.alongside, {
          before: await repo.tree(base),
          after: room.tree(built.tree),
        })
  const shown = compareRenders(before, after)
  const preview = { ...shown, problems: [...shown.problems, ...(beside?.problems ?? [])] }
  const proposed = proposeMessage({
    appName: request.spec.name,
    alongside: beside?.along ?? [],
    action: request.action,
    commits,
    changes: preview.changes,
    edits: built.edits,
  })
  const message = await inTeamWords(repo, request, proposed)
  const made = await room.commit(built.tree, base, message, 'preview')
  const signing = await repo.signing()
  const shared = await sharedInputs(ports, request, {
    paths: built.sharedPaths,
    base,
    after: room.tree(built.tree),
  })
  const { mode, branch } = place.landing
  const draft: Draft = {
    id: request.id,
    appId: request.appId,
    action: request.action,
    fingerprint: sha256(JSON.stringify([base, built.tree, request.action, mode, branch])),
    createdAt: ports.now(),
    base,
    tree: built.tree,
    preview: made.oid,
    ...(signing === undefined ? {} : { signing }),
    files: (await room.files(base, made.oid)).map(maskedFile),
    manifests: preview.manifests,
    edits: built.edits,
    message,
    landing: {
      ...place.landing,
      ...(mode === 'pull-request' ? await proposalOf(repo, request.spec, { branch, tree: built.tree }) : {}),
      local: await followed(ports.repo, place, made.oid),
    },
    shared,
    ...(beside === undefined ? {} : { along: beside.along }),
    conflicts: built.conflicts,
    problems: preview.problems,
    needs: needsOf(request, { shared, conflicts: built.conflicts, problems: preview.problems }),
    blocks: blocksOf(request, built.conflicts, preview.problems),
    warnings: hookWarnings(made.skippedHooks),
    ...(preview.hash === undefined ? {} : { renderedHash: preview.hash }),
  }
  return { draft, room, rendered: after?.rendered }
}

async function inTeamWords(
  repo: Repo,
  { conventions, spec, action }: BuildRequest,
  message: DraftMessage,
): Promise<DraftMessage> {
  if (conventions === undefined) return message
  const identity = await repo.identity()
  return applyConventions(message, conventions, { appName: spec.name, action: action.kind, identity })
}

async function buildScale(
  ports: DraftPorts,
  request: BuildRequest,
  room: DraftRoom,
  base: Oid,
): Promise<Built> {
  if (request.action.kind !== 'scale') throw new AppError('INTERNAL', { message: 'Not a scale.' })
  const source = await ports.repo.tree(base)
  const others = await readsOfOthers(ports.render, request.spec, ports.others, { oid: base, source })
  const result = await editReplicas(ports.render, {
    spec: request.spec,
    edits: request.action.edits,
    room,
    base,
    source,
  })
  const sharedPaths = result.touched.filter((path) => others.some(({ inputs }) => inputs.has(path)))
  return { ...result, conflicts: [], sharedPaths }
}

async function commitsOf(repo: Repo, action: DraftAction): Promise<readonly Commit[]> {
  switch (action.kind) {
    case 'return':
      return [await repo.commit(action.commit)]
    case 'undo':
      return Promise.all(action.commits.map((oid) => repo.commit(oid)))
    case 'undo-range':
    case 'scale':
      return []
    default:
      return assertNever(action)
  }
}

async function followed(
  repo: Repo,
  place: { readonly room: DraftRoom; readonly landing: Draft['landing'] },
  commit: Oid,
) {
  if (place.landing.mode !== 'push') return place.landing.local
  const rehearsed = await repo.rehearseFastForward(place.landing.branch, commit, place.room.env)
  return { fastForward: rehearsed.done, words: rehearsed.words }
}

function maskedFile(file: FileDiff): FileDiff {
  if (file.opaque) return file
  const { before, after } = redactYamlPair(file.before, file.after)
  return {
    path: file.path,
    opaque: false,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
}

function needsOf(
  request: BuildRequest,
  found: Pick<Draft, 'shared' | 'conflicts' | 'problems'>,
): Draft['needs'] {
  const asks = found.shared.length > 0 && request.shared === 'ask'
  const broken = found.problems.length > 0 && found.conflicts.length === 0
  return [...(asks ? (['shared'] as const) : []), ...(broken ? (['does-not-render'] as const) : [])]
}

/** What was written by hand into a conflict must render: there is no going back that it would stand in the way of. */
function blocksOf(
  { resolutions = [] }: BuildRequest,
  conflicts: Draft['conflicts'],
  problems: Draft['problems'],
): Draft['blocks'] {
  const open = conflicts.map(({ path, why }) => ({ code: 'UNDO_CONFLICT', message: `${path}: ${why}` }))
  const isWritten = resolutions.some(({ take }) => take === 'text')
  const broken = isWritten && open.length === 0 ? problems : []
  return [...open, ...broken.map(({ message }) => ({ code: 'RESOLUTION_BROKEN', message }))]
}

function hookWarnings(skipped: readonly string[]): readonly string[] {
  return skipped.length === 0 ? [] : [`Hooks that do not run here: ${skipped.join(', ')}.`]
}
