import type { AppSpec, CompareRequest, Comparison, FileDiff } from '#contract'
import { AppError } from '#contract'
import { compareApps, redactYamlPair } from '#core'
import type { KeptPlan } from '../operations/sync.ts'
import { pathsOf } from '../timeline/paths.ts'
import { folderDiffs } from './folder-diffs.ts'
import { againstLive } from './live.ts'
import { renderedSide, treeSide } from './sides.ts'
import type { SidePorts, TreeSide } from './sides.ts'

export { comparisonMarkdown, comparisonPatch } from './export.ts'
export type { SidePorts } from './sides.ts'

export type ComparePorts = SidePorts & {
  /** The plan of the app's destination for a tree; never kept, so that nobody can approve it. */
  readonly plan: (side: TreeSide, signal: AbortSignal | undefined) => Promise<KeptPlan>
}

/** Two sides of an app. `COMPARE_INVALID`, `COMMIT_MISSING`, `INDEX_UNMERGED`, and what a plan throws where a side is live. */
export async function compare(
  ports: ComparePorts,
  spec: AppSpec,
  { from, to }: Pick<CompareRequest, 'from' | 'to'>,
  signal?: AbortSignal,
): Promise<Comparison> {
  if (from.kind === 'live') {
    if (to.kind === 'live')
      throw new AppError('COMPARE_INVALID', {
        message: `${spec.name}: both sides are live.`,
        subject: spec.name,
      })
    const other = await treeSide(ports, spec, to)
    const compared = againstLive(await ports.plan(other, signal), 'from')
    return { from: liveShown(spec), to: other.shown, files: [], ...compared }
  }
  if (to.kind === 'live') {
    const other = await treeSide(ports, spec, from)
    const compared = againstLive(await ports.plan(other, signal), 'to')
    return { from: other.shown, to: liveShown(spec), files: [], ...compared }
  }
  const [before, after] = await Promise.all([treeSide(ports, spec, from), treeSide(ports, spec, to)])
  return compareTrees(ports, before, after, signal)
}

function liveShown({ destination }: AppSpec) {
  return {
    words: destination === undefined ? 'live' : `live in ${destination.context}/${destination.namespace}`,
  }
}

async function compareTrees(
  ports: ComparePorts,
  before: TreeSide,
  after: TreeSide,
  signal: AbortSignal | undefined,
): Promise<Comparison> {
  const [old, now] = await Promise.all([
    renderedSide(ports, before, signal),
    renderedSide(ports, after, signal),
  ])
  const complete = old.rendered !== undefined && now.rendered !== undefined
  const compared = complete
    ? compareApps(
        { manifests: old.rendered.manifests, namespace: before.spec.destination?.namespace },
        { manifests: now.rendered.manifests, namespace: after.spec.destination?.namespace },
        (text) => Buffer.from(text).toString('base64'),
      )
    : { changes: [], manifests: [] }
  const inputs = [old, now].flatMap(({ rendered }) => rendered?.inputs.map(({ path }) => path) ?? [])
  return {
    from: before.shown,
    to: after.shown,
    ...compared,
    files: (await filesOf(before, after, inputs)).map(masked),
    problems: [...old.problems, ...now.problems],
  }
}

/** The app's own folder on each side, and the folders that both may have read. */
async function filesOf(
  before: TreeSide,
  after: TreeSide,
  inputs: readonly string[],
): Promise<readonly FileDiff[]> {
  const [old, now] = [before.spec.path, after.spec.path]
  const isSame = old === now && before.spec.cloneId === after.spec.cloneId
  const own = isSame ? [] : [old, now]
  const shared = isSame
    ? pathsOf(before.spec, inputs)
    : pathsOf({ path: old }, [...inputs, `${now}/.`]).filter((folder) => !own.includes(folder))
  const pair = (path: string, other: string) =>
    folderDiffs({ source: before.source, path }, { source: after.source, path: other }, other)
  const all = await Promise.all([
    ...(isSame ? [] : [pair(old, now)]),
    ...shared.map((folder) => pair(folder, folder)),
  ])
  return all.flat()
}

function masked(file: FileDiff): FileDiff {
  return file.opaque ? file : { path: file.path, opaque: false, ...redactYamlPair(file.before, file.after) }
}
