import type { AppSpec, Oid } from '#contract'
import { readLineage } from '../app-moves.ts'
import type { BranchCommit, Repo } from '../git/index.ts'
import { relocated } from '#core'
import { pathsOf, pathsWithin, sameFolders } from './paths.ts'
import type { TimelinePorts, TimelineRequest, UnmarkedRow } from './read.ts'
import type { Known, Told } from './tell.ts'

/** One run of the log with what is known so far, from a commit on. */
export type Pass = Known & { readonly from: Oid }

/**
 * The first run of the log: in the folders that the app was last seen to read, or its own, until its newest state tells. Branches may have left the line before any move of the folder, so that all of its
 * places count at once there.
 */
export async function firstPass(
  ports: TimelinePorts,
  request: TimelineRequest,
): Promise<Pass & { readonly isKnown?: true }> {
  const { spec, tip, signal } = request
  if (request.branches !== 'all') {
    const known = await ports.folders?.get(nameOf(spec))
    const pass = { from: tip, lineage: [spec] }
    return known === undefined
      ? { ...pass, folders: pathsOf(spec, []) }
      : { ...pass, folders: known, isKnown: true }
  }
  const lineage: AppSpec[] = []
  for await (const one of readLineage(ports.repo, spec, tip, signal)) lineage.push(one)
  const folders = lineage.reduce<readonly string[]>((known, one) => pathsOf(one, [], known), [])
  return { from: tip, lineage, folders }
}

/** What the app reads at the tip, for the next time. */
export function rememberFolders(
  { folders: store }: TimelinePorts,
  { spec, branches }: TimelineRequest,
  folders: readonly string[],
): void {
  if (store === undefined || branches === 'all') return
  const name = nameOf(spec)
  void store.get(name).then((known) => {
    if (known === undefined || !sameFolders(known, folders)) store.put(name, folders)
  })
}

function nameOf({ cloneId, branch, path }: AppSpec): string {
  return JSON.stringify([cloneId, branch, path])
}

/** How the log goes on behind a commit that was told, where it must be asked for other folders. */
export function nextPass(
  request: TimelineRequest,
  pass: Pass,
  { parent, told }: { readonly parent: Oid | undefined; readonly told: Told },
): Pass | undefined {
  const { earlier, wider } = told
  if (request.branches === 'all')
    return sameFolders(wider, pass.folders) ? undefined : { ...pass, folders: wider }
  if (parent === undefined || (earlier === undefined && sameFolders(wider, pass.folders))) return undefined
  return { from: parent, folders: wider, lineage: earlier === undefined ? pass.lineage : [earlier] }
}

/** Tells the commits of a pass, the first `skip` of the list being known. */
export async function readPass(
  repo: Repo,
  request: TimelineRequest,
  { pass, skip }: { readonly pass: Pass; readonly skip: number },
  onCommit: (commit: BranchCommit) => void,
): Promise<void> {
  const { limit: most, signal } = request
  const paths = pathsOfPass(request, pass)
  const limit = most - skip
  if (paths.length === 0 || limit <= 0) return
  const tip = pass.from
  if (request.branches === 'all') {
    for await (const one of repo.logAll({ tip, paths, limit, signal })) onCommit(one)
    return
  }
  for await (const commit of repo.log({ tip, firstParent: true, paths, limit, signal })) onCommit({ commit })
}

function pathsOfPass({ paths, spec }: TimelineRequest, { lineage, folders }: Pass): readonly string[] {
  if (paths === undefined || paths.length === 0) return folders
  const found = lineage.flatMap((then) => [
    ...pathsWithin(folders, then.path, paths),
    ...pathsWithin(
      folders,
      then.path,
      paths.flatMap((path) => relocated(path, spec.path, then.path) ?? []),
    ),
  ])
  return [...new Set(found)]
}

/** A row as far as Git alone tells it. */
export function rowOf({ commit, aside }: BranchCommit, index: number, at: string | undefined): UnmarkedRow {
  return {
    commit,
    index,
    effect: 'pending',
    changes: [],
    ...(at === undefined ? {} : { at }),
    ...(aside === undefined ? {} : { aside }),
  }
}
