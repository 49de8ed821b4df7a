import type { Oid } from '#contract'
import { AppError } from '#contract'
import type { BuildRequest, Built, DraftPorts } from './build.ts'
import { pathFilter } from '../git/index.ts'
import type { DraftRoom } from '../git/index.ts'
import { shownConflict } from './conflicts.ts'
import { buildMovedReturn, livedElsewhere, refuseUndoAcrossMove } from './moved.ts'
import type { Owner } from './ownership.ts'
import { reversalsOf, targetsOf } from './reversals.ts'
import { scopeOf } from './scope.ts'

/** The tree of a return or an undo, restricted to what belongs to the app and, unless left out, to what it shares. */
export async function buildRollback(
  ports: DraftPorts,
  request: BuildRequest,
  room: DraftRoom,
  base: Oid,
): Promise<Built> {
  const { repo } = ports
  const { action } = request
  const reversals = action.kind === 'return' ? [] : await reversalsOf(repo, action)
  const targets = await targetsOf(repo, action, reversals)
  const baseSource = await repo.tree(base)
  const at = { oid: base, source: baseSource }
  const [target] = targets
  if (action.kind !== 'return') await refuseUndoAcrossMove(ports, request.spec, { base: at, targets })
  else if (action.path === undefined && target !== undefined) {
    const earlier = await livedElsewhere(ports, request.spec, { base: at, commit: target })
    if (earlier !== undefined) return buildMovedReturn(ports, request, room, { base: at, target, earlier })
  }
  const scope = await scopeOf(ports, request, { base: at, targets })
  const pairs = action.kind === 'return' ? targets.map((to) => ({ from: base, to })) : reversals
  const changed = new Set(
    (await Promise.all(pairs.map(({ from, to }) => repo.changed(from, to, scope.paths))))
      .flat()
      .map(({ path }) => path),
  )
  const owners = new Map<string, Owner>([...changed].map((path) => [path, scope.ownerOf(path)]))
  const chosen = action.kind === 'undo' || action.kind === 'undo-range' ? action.paths : undefined
  const isChosen = chosen === undefined ? () => true : pathFilter(chosen)
  const paths = [...changed]
    .filter(isChosen)
    .filter(
      (path) => owners.get(path) === 'own' || (owners.get(path) === 'shared' && request.shared !== 'exclude'),
    )
  const sharedPaths = [...changed].filter(isChosen).filter((path) => owners.get(path) === 'shared')
  if (paths.length === 0) throw nothing(request, sharedPaths.length > 0)
  if (action.kind === 'return') {
    const tree = await room.returnTo(base, targets[0] ?? base, paths)
    if (tree === baseSource.id) throw nothing(request, false)
    return { tree, conflicts: [], edits: [], sharedPaths, touched: paths }
  }
  const result = await room.undo(base, reversals, paths, request.resolutions)
  if (result.conflicts.length === 0 && result.tree === baseSource.id) throw nothing(request, false)
  return {
    tree: result.tree,
    conflicts: await Promise.all(result.conflicts.map((conflict) => shownConflict(room, conflict))),
    edits: [],
    sharedPaths,
    touched: result.changed,
  }
}

function nothing(request: BuildRequest, onlyShared: boolean): AppError {
  const code = request.action.kind === 'return' ? 'RETURN_NOTHING' : 'UNDO_NOTHING'
  const why = onlyShared
    ? 'only shared inputs differ, and they were left out'
    : 'nothing of it differs any more'
  return new AppError(code, { message: `${request.spec.name}: ${why}.`, subject: request.spec.name })
}
