import type { Commit, Oid } from '#contract'
import type { AppSpec } from '#contract'
import { specBeforeMove } from '../app-moves.ts'
import { sha256 } from '../app-render.ts'
import { effectOf, inputsOf, nothing, renderSide } from './effect.ts'
import { pathsOf, sameFolders } from './paths.ts'
import type { TimelinePorts, TimelineRequest, UnmarkedRow } from './read.ts'

/** What a commit changed, and the folders that the app is known to read after it was looked at. */
export type Told = {
  readonly told: Pick<UnmarkedRow, 'effect' | 'changes' | 'problem' | 'movedFrom'>
  readonly wider: readonly string[]
  /** The app before this commit, which moved its folder. */
  readonly earlier?: AppSpec
}

/** Another number makes every effect of before void: when words of changes, or what renders, changes. */
const format = 2

/**
 * Tells effects, each once, from the store where the folders that the app reads are the same on both sides as they were then. Nothing is kept
 * of a commit whose render read other folders, or that did not render: a time-out may be gone next time.
 */
export function createTeller(
  ports: TimelinePorts,
  request: TimelineRequest,
  known: readonly string[],
): (commit: Commit) => Promise<Told> {
  const told = new Map<Oid, Promise<Told>>()
  return (commit) => {
    const before = told.get(commit.oid)
    if (before !== undefined) return before
    const telling = tell(ports, request, known, commit)
    told.set(commit.oid, telling)
    return telling
  }
}

async function tell(
  ports: TimelinePorts,
  request: TimelineRequest,
  known: readonly string[],
  commit: Commit,
): Promise<Told> {
  const parent = commit.parents[0]
  const key = ports.effects === undefined ? '' : await keyOf(ports, request, known, commit)
  const kept = await ports.effects?.get(key)
  if (kept !== undefined) return { told: kept, wider: known }
  const earlier = await specBeforeMove(ports.repo, request.spec, commit)
  const [after, before] = await Promise.all([
    renderSide(ports, request, commit.oid),
    parent === undefined ? nothing : renderSide(ports, { ...request, spec: earlier ?? request.spec }, parent),
  ])
  const effect = effectOf(before, after)
  if (earlier !== undefined)
    return {
      told: { ...effect, movedFrom: earlier.path },
      wider: pathsOf(earlier, inputsOf(before)),
      earlier,
    }
  const wider = pathsOf(request.spec, [...inputsOf(before), ...inputsOf(after)], known)
  if (effect.effect !== 'unknown' && effect.effect !== 'pending' && sameFolders(wider, known))
    ports.effects?.put(key, { ...effect, effect: effect.effect })
  return { told: effect, wider }
}

async function keyOf(
  { repo }: TimelinePorts,
  { spec }: TimelineRequest,
  known: readonly string[],
  { oid, parents }: Commit,
): Promise<string> {
  const sides = await Promise.all(
    [oid, ...parents.slice(0, 1)].map(async (side) => {
      const source = await repo.tree(side)
      return Promise.all(known.map((folder) => source.oidOf(folder)))
    }),
  )
  const { path, tool, helm, destination } = spec
  return sha256(JSON.stringify([format, path, tool, helm, destination?.namespace, known, sides]))
}
