import type { AppSpec, Oid } from '#contract'
import { AppError } from '#contract'
import { relocated } from '#core'
import { isThere, specAt } from '../app-moves.ts'
import type { DraftRoom, TreeEdit, TreeSource } from '../git/index.ts'
import type { BuildRequest, Built, DraftPorts } from './build.ts'
import { isInside, ownerOf } from './ownership.ts'
import { tryRender } from './preview.ts'
import { readsOf, readsOfOthers } from './reads.ts'

type Base = { readonly oid: Oid; readonly source: TreeSource }

/** The app as it was at `commit`, where its folder was another one than at the base; undefined where it was not, or was not there at all. */
export async function livedElsewhere(
  { repo }: DraftPorts,
  spec: AppSpec,
  { base, commit }: { readonly base: Base; readonly commit: Oid },
): Promise<AppSpec | undefined> {
  if (!(await isThere(spec, base.source)) || (await isThere(spec, await repo.tree(commit)))) return undefined
  return specAt(repo, spec, { tip: base.oid, commit })
}

/** What is taken back lies in the folder of then: the same change in today's folder would be another one. `UNDO_MOVED`. */
export async function refuseUndoAcrossMove(
  ports: DraftPorts,
  spec: AppSpec,
  { base, targets }: { readonly base: Base; readonly targets: readonly Oid[] },
): Promise<void> {
  for (const commit of targets) {
    const earlier = await livedElsewhere(ports, spec, { base, commit })
    if (earlier !== undefined)
      throw new AppError('UNDO_MOVED', {
        message: `${spec.name}: at ${commit.slice(0, 7)} it lived at ${earlier.path}, and now it does at ${spec.path}.`,
        subject: spec.name,
      })
  }
}

type Move = { readonly base: Base; readonly target: Oid; readonly earlier: AppSpec }

/**
 * A return to a commit at which the app lived in another folder: what that folder held is written into today's, and what it read beside itself to
 * where its relative references lead from there. It counts only if the result renders exactly what the commit did; `RETURN_MOVED` if not.
 */
export async function buildMovedReturn(
  ports: DraftPorts,
  request: BuildRequest,
  room: DraftRoom,
  move: Move,
): Promise<Built> {
  const { spec, alongside = [] } = request
  const { base, target, earlier } = move
  if (alongside.length > 0) throw refused(request, move, 'it can return by itself, not with other apps')
  const { edits, ownerOfPath } = await editsAcross(ports, request, room, move)
  await proveSame(ports, request, move, {
    before: () => ports.repo.tree(target),
    after: async () => room.tree(await room.write(base.oid, edits)),
  })
  const isShared = ({ path }: TreeEdit) => ownerOfPath(path) === 'shared'
  const sharedPaths = edits.filter(isShared).map(({ path }) => path)
  const wanted = request.shared === 'exclude' ? edits.filter((edit) => !isShared(edit)) : edits
  if (wanted.length === 0) {
    const message = `${spec.name}: it is what it was at ${earlier.path}.`
    throw new AppError('RETURN_NOTHING', { message, subject: spec.name })
  }
  const tree = await room.write(base.oid, wanted)
  return { tree, conflicts: [], edits: [], sharedPaths, touched: wanted.map(({ path }) => path) }
}

async function editsAcross(
  ports: DraftPorts,
  request: BuildRequest,
  room: DraftRoom,
  { base, target, earlier }: Move,
): Promise<{
  readonly edits: readonly TreeEdit[]
  readonly ownerOfPath: (path: string) => ReturnType<typeof ownerOf>
}> {
  const { spec } = request
  const [now, then, others] = await Promise.all([
    readsOf(ports.render, spec, base.source),
    readsOf(ports.render, earlier, await ports.repo.tree(target)),
    readsOfOthers(ports.render, spec, ports.others, base),
  ])
  const { forward, back } = pathsBetween(earlier, spec)
  const wasThere = await room.entries(target, [earlier.path, ...then, ...[...now].flatMap(back)])
  const wanted = new Map(
    wasThere.map((entry) => {
      const [path] = forward(entry.path)
      if (path === undefined)
        throw refused(request, { target, earlier }, `${entry.path} has no place seen from ${spec.path}`)
      return [path, entry] as const
    }),
  )
  const here = await room.entries(base.oid, [spec.path, ...now, ...wanted.keys()])
  const current = new Map(here.map((entry) => [entry.path, entry]))
  const inputs = new Set([...now, ...[...then].flatMap(forward)])
  const folders = new Set([...now].map(folderOf))
  const ownerOfPath = (path: string) => ownerOf(path, { folder: spec.path, inputs, others })
  const edits = editsOf(current, wanted).filter(({ path }) => ownerOfPath(path) !== 'foreign')
  // Beside the app's folder something is made only where the app reads today: elsewhere it would be a copy that nobody asked for.
  const stray = edits.find(
    ({ path }) => !current.has(path) && !isInside(path, spec.path) && !folders.has(folderOf(path)),
  )
  if (stray !== undefined) {
    const read = wanted.get(stray.path)?.path ?? stray.path
    throw refused(
      request,
      { target, earlier },
      `it read ${read}, which would have to be made at ${stray.path}`,
    )
  }
  return { edits, ownerOfPath }
}

type Entries = ReadonlyMap<string, TreeEdit>

function editsOf(current: Entries, wanted: Entries): readonly TreeEdit[] {
  return [...new Set([...current.keys(), ...wanted.keys()])].flatMap((path) => {
    const [from, to] = [current.get(path), wanted.get(path)]
    if (to === undefined) return [{ path, mode: '000000', oid: '0'.repeat(40) }]
    return to.oid === from?.oid && to.mode === from.mode ? [] : [{ path, mode: to.mode, oid: to.oid }]
  })
}

/** Paths of then as they are today, and the other way: values files by their place in the list, all else by how it lies to the app's folder. */
function pathsBetween(earlier: AppSpec, spec: AppSpec) {
  const [then, now] = [earlier, spec].map(({ helm }) => helm?.valuesFiles ?? [])
  const pairs = (then ?? []).flatMap((path, at) => {
    const today = now?.[at]
    return today === undefined ? [] : [[path, today] as const]
  })
  const named = new Map(pairs)
  const namedBack = new Map(pairs.map(([path, today]) => [today, path]))
  const one = (path: string | undefined) => (path === undefined ? [] : [path])
  return {
    forward: (path: string) => one(named.get(path) ?? relocated(path, earlier.path, spec.path)),
    back: (path: string) => one(namedBack.get(path) ?? relocated(path, spec.path, earlier.path)),
  }
}

async function proveSame(
  { render }: DraftPorts,
  request: BuildRequest,
  move: Move,
  sides: { readonly before: () => Promise<TreeSource>; readonly after: () => Promise<TreeSource> },
): Promise<void> {
  const before = await tryRender(render, move.earlier, sides.before)
  if (before.rendered === undefined)
    throw refused(
      request,
      move,
      `it does not render there (${before.problem?.message ?? 'no reason is known'})`,
    )
  const after = await tryRender(render, request.spec, sides.after)
  if (after.rendered === undefined)
    throw refused(
      request,
      move,
      `from ${request.spec.path} it does not render (${after.problem?.message ?? ''})`,
    )
  if (after.rendered.hash !== before.rendered.hash)
    throw refused(request, move, `from ${request.spec.path} it renders something else`)
}

function refused(request: BuildRequest, move: Pick<Move, 'target' | 'earlier'>, why: string): AppError {
  const { name } = request.spec
  return new AppError('RETURN_MOVED', {
    message: `${name}: at ${move.target.slice(0, 7)} it lived at ${move.earlier.path}, and ${why}.`,
    subject: name,
  })
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '.' : path.slice(0, slash)
}
