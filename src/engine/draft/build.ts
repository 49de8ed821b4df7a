import type { AppSpec, Conflict, Draft, DraftAction, DraftRequest, EditPlace, Oid, Problem } from '#contract'
import { AppError, assertNever } from '#contract'
import { manifestDiffs, redactYamlPair, renderedChanges } from '#core'
import { sha256 } from '../app-render.ts'
import type { AppRenderer, Rendered } from '../app-render.ts'
import type { DraftRoom, Repo } from '../git/index.ts'
import { landingOf } from './landing.ts'
import { ownerOf } from './ownership.ts'
import type { Owner } from './ownership.ts'
import { readsOf, readsOfOthers } from './reads.ts'
import { reversalsOf, targetOf } from './reversals.ts'
import { editReplicas } from './scale.ts'
import { sharedInputs } from './shared.ts'
import { proposeMessage } from './words.ts'

export type DraftPorts = {
  readonly render: AppRenderer
  readonly repo: Repo
  /** The other apps of the clone: those of the workspace and those that discovery sees. */
  readonly others: readonly AppSpec[]
  readonly now: () => string
}
export type BuildRequest = DraftRequest & { readonly id: string; readonly spec: AppSpec }

/** A draft as it is kept: what is shown, and what landing needs. */
export type BuiltDraft = {
  readonly draft: Draft
  readonly room: DraftRoom
  readonly rendered: Rendered | undefined
}

type Built = {
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
  await repo.identity()
  const tracked = await repo.tracked(request.spec.branch)
  const landing = await landingOf(repo, tracked, request.landing ?? 'push')
  const room = await repo.draft()
  try {
    return await buildIn(ports, request, { room, base: landing.base, landing })
  } catch (error) {
    await room.discard()
    throw error
  }
}

async function buildIn(
  ports: DraftPorts,
  request: BuildRequest,
  place: { readonly room: DraftRoom; readonly base: Oid; readonly landing: Draft['landing'] },
): Promise<BuiltDraft> {
  const { repo, render } = ports
  const { room, base } = place
  const before = await tryRender(render, request.spec, () => repo.tree(base))
  const built =
    request.action.kind === 'scale'
      ? await buildScale(ports, request, room, base)
      : await buildRollback(ports, request, room, base)
  const after =
    built.conflicts.length > 0
      ? undefined
      : await tryRender(render, request.spec, () => Promise.resolve(room.tree(built.tree)))
  const beforeManifests = before.rendered?.manifests ?? []
  const afterManifests = after?.rendered?.manifests ?? []
  const changes = after?.rendered === undefined ? [] : renderedChanges(beforeManifests, afterManifests)
  const commits = await commitsOf(repo, request.action)
  const message = proposeMessage({
    appName: request.spec.name,
    action: request.action,
    commits,
    changes,
    edits: built.edits,
  })
  const made = await room.commit(built.tree, base, message, 'preview')
  const shared = await sharedInputs(ports, request, {
    paths: built.sharedPaths,
    base,
    after: room.tree(built.tree),
  })
  const files = (await room.files(base, made.oid)).map((file) =>
    file.opaque ? file : { ...file, ...masked(file) },
  )
  const problems = [
    ...(after?.rendered?.problems ?? []),
    ...(after?.problem === undefined ? [] : [after.problem]),
  ]
  const draft: Draft = {
    id: request.id,
    appId: request.appId,
    action: request.action,
    fingerprint: sha256(
      JSON.stringify([base, built.tree, request.action, place.landing.mode, place.landing.branch]),
    ),
    createdAt: ports.now(),
    base,
    tree: built.tree,
    preview: made.oid,
    files,
    manifests: after?.rendered === undefined ? [] : [...manifestDiffs(beforeManifests, afterManifests)],
    edits: built.edits,
    message,
    landing: { ...place.landing, local: await followed(ports.repo, place, made.oid) },
    shared,
    conflicts: built.conflicts,
    problems,
    needs: [
      ...(shared.length > 0 && request.shared === 'ask' ? (['shared'] as const) : []),
      ...(problems.length > 0 && built.conflicts.length === 0 ? (['does-not-render'] as const) : []),
    ],
    blocks:
      built.conflicts.length > 0 ? [{ code: 'UNDO_CONFLICT', message: conflictWords(built.conflicts) }] : [],
    warnings:
      made.skippedHooks.length === 0 ? [] : [`Hooks that do not run here: ${made.skippedHooks.join(', ')}.`],
    ...(after?.rendered === undefined ? {} : { renderedHash: after.rendered.hash }),
  }
  return { draft, room, rendered: after?.rendered }
}

async function buildRollback(
  ports: DraftPorts,
  request: BuildRequest,
  room: DraftRoom,
  base: Oid,
): Promise<Built> {
  const { repo, render } = ports
  const { spec, action } = request
  const target = await targetOf(repo, action)
  const reversals = action.kind === 'return' ? [] : await reversalsOf(repo, action)
  const baseSource = await repo.tree(base)
  const inputs = new Set([
    ...(await readsOf(render, spec, baseSource)),
    ...(await readsOf(render, spec, await repo.tree(target))),
  ])
  const others = await readsOfOthers(render, spec, ports.others, { oid: base, source: baseSource })
  const pairs = action.kind === 'return' ? [{ from: base, to: target }] : reversals
  const changed = new Set(
    (await Promise.all(pairs.map(({ from, to }) => repo.changed(from, to, [spec.path, ...inputs]))))
      .flat()
      .map(({ path }) => path),
  )
  const owners = new Map<string, Owner>(
    [...changed].map((path) => [path, ownerOf(path, { folder: spec.path, inputs, others })]),
  )
  const paths = [...changed].filter(
    (path) => owners.get(path) === 'own' || (owners.get(path) === 'shared' && request.shared !== 'exclude'),
  )
  const sharedPaths = [...changed].filter((path) => owners.get(path) === 'shared')
  if (paths.length === 0) throw nothing(request, sharedPaths.length > 0)
  if (action.kind === 'return') {
    const tree = await room.returnTo(base, target, paths)
    if (tree === baseSource.id) throw nothing(request, false)
    return { tree, conflicts: [], edits: [], sharedPaths, touched: paths }
  }
  const result = await room.undo(base, reversals, paths)
  if (result.conflicts.length === 0 && result.tree === baseSource.id) throw nothing(request, false)
  return {
    tree: result.tree,
    conflicts: result.conflicts.map(mask),
    edits: [],
    sharedPaths,
    touched: result.changed,
  }
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

/** A result that does not render is shown, not hidden: going back must be possible when head is broken. */
async function tryRender(
  render: AppRenderer,
  spec: AppSpec,
  source: () => Promise<Parameters<AppRenderer>[1]>,
): Promise<{ readonly rendered?: Rendered; readonly problem?: Problem }> {
  try {
    return { rendered: await render(spec, await source()) }
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED')
      return { problem: { code: error.code, message: error.message } }
    throw error
  }
}

async function commitsOf(repo: Repo, action: DraftAction) {
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
  if (place.landing.mode === 'local') return place.landing.local
  const rehearsed = await repo.rehearseFastForward(place.landing.branch, commit, place.room.env)
  return { fastForward: rehearsed.done, words: rehearsed.words }
}

function masked(file: { readonly before?: string | undefined; readonly after?: string | undefined }) {
  const pair = redactYamlPair(file.before, file.after)
  return {
    ...(pair.before === undefined ? {} : { before: pair.before }),
    ...(pair.after === undefined ? {} : { after: pair.after }),
  }
}

/** A hunk that touches a Secret is not shown at all: its two sides cannot be masked by range. */
function mask(conflict: Conflict): Conflict {
  const { hunk, ...rest } = conflict
  return hunk === undefined || /Secret|ENC\[/.test(hunk) ? rest : { ...rest, hunk }
}

function conflictWords(conflicts: readonly Conflict[]): string {
  return conflicts.map(({ path, why }) => `${path}: ${why}`).join(' ')
}

function nothing(request: BuildRequest, onlyShared: boolean): AppError {
  const code = request.action.kind === 'return' ? 'RETURN_NOTHING' : 'UNDO_NOTHING'
  const why = onlyShared
    ? 'only shared inputs differ, and they were left out'
    : 'nothing of it differs any more'
  return new AppError(code, { message: `${request.spec.name}: ${why}.`, subject: request.spec.name })
}
