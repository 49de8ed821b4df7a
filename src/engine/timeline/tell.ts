import type { AppSpec, Commit, Oid } from '#contract'
import { isThere, specBeforeMove } from '../app-moves.ts'
import { sha256 } from '../app-render.ts'
import { effectOf, inputsOf, nothing, renderSide } from './effect.ts'
import { pathsOf, sameFolders } from './paths.ts'
import type { TimelinePorts, TimelineRequest, UnmarkedRow } from './read.ts'

/** What a commit changed, and the folders that the app is known to read after it was looked at. */
export type Told = {
  readonly told: Pick<UnmarkedRow, 'effect' | 'changes' | 'problem' | 'movedFrom'>
  readonly wider: readonly string[]
  /** The app at this commit. */
  readonly spec: AppSpec
  /** The app before it, where it moved the app's folder. */
  readonly earlier?: AppSpec
  /** Puts it into the store; left to who knows that the row stays. */
  readonly keep?: () => void
}

/** What is known of the app when a commit is told: where it lived, newest first, and the folders that it reads. */
export type Known = { readonly lineage: readonly AppSpec[]; readonly folders: readonly string[] }

/** Another number makes every effect of before void: when words of changes, or what renders, changes. */
const format = 2

/**
 * What a commit changed, from the store where the folders that the app reads are the same on both sides as they were then. Nothing is kept of a
 * commit whose render read other folders, that moved the app, or that did not render: a time-out may be gone next time.
 */
export async function tellCommit(
  ports: TimelinePorts,
  request: TimelineRequest,
  known: Known,
  commit: Commit,
): Promise<Told> {
  const spec = await specOf(ports, request, known, commit.oid)
  const parent = commit.parents[0]
  const key = ports.effects === undefined ? '' : await keyOf(ports, spec, known, commit)
  const kept = await ports.effects?.get(key)
  if (kept !== undefined) return { told: kept, wider: known.folders, spec }
  const earlier = await specBefore(ports, request, known, { spec, commit })
  const [after, before] = await Promise.all([
    renderSide(ports, { ...request, spec }, commit.oid),
    parent === undefined ? nothing : renderSide(ports, { ...request, spec: earlier ?? spec }, parent),
  ])
  const effect = effectOf(before, after)
  if (earlier !== undefined)
    return {
      spec,
      told: { ...effect, movedFrom: earlier.path },
      // On the whole lineage all folders count at once; along one line the log goes on in those of then alone.
      wider:
        known.lineage.length > 1
          ? pathsOf(spec, [...inputsOf(before), ...inputsOf(after)], known.folders)
          : pathsOf(earlier, inputsOf(before)),
      earlier,
    }
  const wider = pathsOf(spec, [...inputsOf(before), ...inputsOf(after)], known.folders)
  const word = effect.effect
  if (word === 'unknown' || word === 'pending' || !sameFolders(wider, known.folders))
    return { told: effect, wider, spec }
  return { told: effect, wider, spec, keep: () => ports.effects?.put(key, { ...effect, effect: word }) }
}

/** Where nothing of the app is yet, it is as it is today. */
async function specOf(
  { repo }: TimelinePorts,
  { spec }: TimelineRequest,
  { lineage }: Known,
  oid: Oid,
): Promise<AppSpec> {
  if (lineage.length === 1) return lineage[0] ?? spec
  const source = await repo.tree(oid)
  for (const one of lineage) if (await isThere(one, source)) return one
  return lineage[0] ?? spec
}

async function specBefore(
  ports: TimelinePorts,
  request: TimelineRequest,
  known: Known,
  { spec, commit }: { readonly spec: AppSpec; readonly commit: Commit },
): Promise<AppSpec | undefined> {
  const parent = commit.parents[0]
  if (known.lineage.length === 1 || parent === undefined) return specBeforeMove(ports.repo, spec, commit)
  const before = await specOf(ports, request, known, parent)
  return before.path === spec.path || !(await isThere(before, await ports.repo.tree(parent)))
    ? undefined
    : before
}

async function keyOf(
  { repo }: TimelinePorts,
  { path, tool, helm, destination }: AppSpec,
  { folders }: Known,
  { oid, parents }: Commit,
): Promise<string> {
  const sides = await Promise.all(
    [oid, ...parents.slice(0, 1)].map((side) =>
      Promise.all(folders.map((folder) => repo.oidAt(side, folder))),
    ),
  )
  return sha256(JSON.stringify([format, path, tool, helm, destination?.namespace, folders, sides]))
}
