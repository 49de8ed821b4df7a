import type { ObjectName, Oid } from '#contract'
import { AppError } from '#contract'
import type { BuildRequest, Built, DraftPorts } from './build.ts'
import { pathFilter } from '../git/index.ts'
import type { DraftRoom, UndoResult } from '../git/index.ts'
import { shownConflict } from './conflicts.ts'
import { buildMovedReturn, livedElsewhere, refuseUndoAcrossMove } from './moved.ts'
import { takeBackObjects } from './objects.ts'
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
  if (paths.length === 0) throw nothing(request, sharedPaths.length > 0)
  if (action.kind === 'return') {
    const tree = await room.returnTo(base, targets[0] ?? base, paths)
    if (tree === baseSource.id) throw nothing(request, false)
    return { tree, conflicts: [], edits: [], sharedPaths, touched: paths }
  }
  const work = { base, reversals, paths, resolutions: request.resolutions }
  const result = await takeBack(room, work, objects)
  if (result.conflicts.length === 0 && result.tree === baseSource.id) throw nothing(request, false)
  return {
    tree: result.tree,
    conflicts: await Promise.all(result.conflicts.map((conflict) => shownConflict(room, conflict))),
    edits: [],
    sharedPaths: sharedPaths.filter(result.reaches),
    touched: result.changed,
  }
}

type Work = Omit<Parameters<typeof takeBackObjects>[1], 'objects'>

/** Whole changes of the paths, or those of chosen objects: they reach only the files that declare these. */
async function takeBack(
  room: DraftRoom,
  work: Work,
  objects: readonly ObjectName[] | undefined,
): Promise<UndoResult & { readonly reaches: (path: string) => boolean }> {
  if (objects === undefined) {
    const whole = await room.undo(work.base, work.reversals, work.paths, work.resolutions)
    return { ...whole, reaches: () => true }
  }
  const part = await takeBackObjects(room, { ...work, objects })
  return { ...part, reaches: (path) => part.changed.includes(path) }
}

function nothing(request: BuildRequest, onlyShared: boolean): AppError {
  const code = request.action.kind === 'return' ? 'RETURN_NOTHING' : 'UNDO_NOTHING'
  const why = onlyShared
    ? 'only shared inputs differ, and they were left out'
    : 'nothing of it differs any more'
  return new AppError(code, { message: `${request.spec.name}: ${why}.`, subject: request.spec.name })
}
