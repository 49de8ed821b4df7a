import type { AppSpec, Commit, Oid } from '#contract'
import { movedFrom, specBefore } from '#core'
import type { Repo, TreeSource } from './git/index.ts'

const markers = {
  kustomize: ['kustomization.yaml', 'kustomization.yml', 'Kustomization'],
  helm: ['Chart.yaml'],
  plain: [],
} as const

/** Is the app in its folder at this tree? A folder without what its tool starts from may have been there for something else. */
export async function isThere(spec: AppSpec, source: TreeSource): Promise<boolean> {
  const entries = await source.list(spec.path)
  if (entries === undefined) return false
  const names: readonly string[] = markers[spec.tool]
  return names.length === 0 || entries.some(({ name }) => names.includes(name))
}

/** The app before this commit, where the commit moved its folder; undefined where it did not, or that cannot be told. */
export async function specBeforeMove(
  repo: Repo,
  spec: AppSpec,
  { oid, parents }: Pick<Commit, 'oid' | 'parents'>,
): Promise<AppSpec | undefined> {
  const parent = parents[0]
  if (parent === undefined) return undefined
  const [after, before] = await Promise.all([repo.tree(oid), repo.tree(parent)])
  if (!(await isThere(spec, after)) || (await isThere(spec, before))) return undefined
  const changed = await repo.changed(parent, oid)
  const moves = {
    removed: changed.flatMap(({ path, status, from }) => (status === 'D' ? [{ path, oid: from.oid }] : [])),
    added: changed.flatMap(({ path, status, to }) => (status === 'A' ? [{ path, oid: to.oid }] : [])),
  }
  const from = movedFrom(spec.path, moves)
  return from === undefined ? undefined : specBefore(spec, from, moves)
}

/** The app before each move of its folder, the newest move first; it begins with the app as it is at `tip`. */
export async function* readLineage(
  repo: Repo,
  spec: AppSpec,
  tip: Oid,
  signal?: AbortSignal,
): AsyncGenerator<AppSpec> {
  let now: { readonly spec: AppSpec; readonly from: Oid } | undefined = { spec, from: tip }
  while (now !== undefined) {
    yield now.spec
    now = await findMove(repo, now, signal)
  }
}

async function findMove(
  repo: Repo,
  { spec, from }: { readonly spec: AppSpec; readonly from: Oid },
  signal: AbortSignal | undefined,
): Promise<{ readonly spec: AppSpec; readonly from: Oid } | undefined> {
  for await (const commit of repo.log({ tip: from, firstParent: true, paths: [spec.path], signal })) {
    const earlier = await specBeforeMove(repo, spec, commit)
    const parent = commit.parents[0]
    if (earlier !== undefined && parent !== undefined) return { spec: earlier, from: parent }
  }
  return undefined
}

/** The app as it was at a commit: at another path where its folder moved since. Undefined = nothing is known of it there. */
export async function specAt(
  repo: Repo,
  spec: AppSpec,
  at: { readonly tip: Oid; readonly commit: Oid },
): Promise<AppSpec | undefined> {
  const source = await repo.tree(at.commit)
  for await (const one of readLineage(repo, spec, at.tip)) if (await isThere(one, source)) return one
  return undefined
}

/** Likewise, seen from the tracked branch; the app as it is today where nothing else is known. */
export async function specSeen(repo: Repo, spec: AppSpec, commit: Oid): Promise<AppSpec> {
  if (await isThere(spec, await repo.tree(commit))) return spec
  const { tip } = await repo.tracked(spec.branch)
  return (await specAt(repo, spec, { tip, commit })) ?? spec
}
