import type { ObjectName, Oid } from '#contract'
import { AppError } from '#contract'
import type { BuildRequest, Built, DraftPorts } from './build.ts'
import { pathFilter } from '../git/index.ts'
import type { DraftRoom, Reversal } from '../git/index.ts'
import { shownConflict } from './conflicts.ts'
import { buildMovedReturn, livedElsewhere, refuseUndoAcrossMove } from './moved.ts'
import { proveObjects, takeBackObjects } from './objects.ts'
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
  const isUndo = action.kind === 'undo' || action.kind === 'undo-range'
  const [chosen, objects] = isUndo ? [action.paths, action.objects] : []
  const isChosen = chosen === undefined ? () => true : pathFilter(chosen)
  const paths = [...changed]
    .filter(isChosen)
    .filter(
      (path) => owners.get(path) === 'own' || (owners.get(path) === 'shared' && request.shared !== 'exclude'),
    )
  const sharedPaths = [...changed].filter(isChosen).filter((path) => owners.get(path) === 'shared')
  if (objects !== undefined)
    return undoObjects(ports, request, room, { base, reversals, paths, sharedPaths, objects })
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

/** The same undo of changes that are cut down to the documents of the chosen objects. */
async function undoObjects(
  { repo }: DraftPorts,
  request: BuildRequest,
  room: DraftRoom,
  work: {
    readonly base: Oid
    readonly reversals: readonly Reversal[]
    readonly paths: readonly string[]
    readonly sharedPaths: readonly string[]
    readonly objects: readonly ObjectName[]
  },
): Promise<Built> {
  const { base, sharedPaths, objects } = work
  const result = await takeBackObjects(room, { ...work, resolutions: request.resolutions })
  const isDone = result.conflicts.length === 0
  if (isDone && result.tree === (await repo.tree(base)).id) throw nothing(request, false)
  const byHand = new Set(request.resolutions?.map(({ path }) => path))
  const byRule = [...result.touched].filter((path) => !byHand.has(path))
  if (isDone) await proveObjects(room, { base, tree: result.tree, paths: byRule, objects })
  return {
    tree: result.tree,
    conflicts: await Promise.all(result.conflicts.map((conflict) => shownConflict(room, conflict))),
    edits: [],
    sharedPaths: sharedPaths.filter((path) => result.touched.has(path)),
    touched: [...result.touched],
  }
}

function nothing(request: BuildRequest, onlyShared: boolean): AppError {
  const code = request.action.kind === 'return' ? 'RETURN_NOTHING' : 'UNDO_NOTHING'
  const why = onlyShared
    ? 'only shared inputs differ, and they were left out'
    : 'nothing of it differs any more'
  return new AppError(code, { message: `${request.spec.name}: ${why}.`, subject: request.spec.name })
}
