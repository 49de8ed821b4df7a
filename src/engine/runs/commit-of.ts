import type { Oid, ResourceKey } from '#contract'
import { at, canonical, keyString, revisionAnnotation, stringsAt } from '#core'
import type { JsonObject } from '#core'
import { countLeaves, holds } from './holds.ts'
import type { RenderedCommit, WorkloadsRequest } from './runs.ts'

/** What a pod was made from: the template, and the ReplicaSet or ControllerRevision that keeps it. */
export type Origin = { readonly template: unknown; readonly keeper: JsonObject | undefined }

/**
 * The commit that a pod runs. What keeps its template was marked with the revision that we applied (controllers copy the workload's
 * annotations), which answers first as long as the template really is that commit's; else the rendered commits up to the last applied one are
 * compared. The answer is where the template began: a commit that changes no template recolours nothing. Undefined = none of the known ones.
 */
export function commitOf(
  key: ResourceKey,
  origin: Origin,
  request: Pick<WorkloadsRequest, 'commits' | 'lastSynced'>,
  /** Annotation of the workload itself: a sync that is still running has got that far. */
  applied: string | undefined,
): Oid | undefined {
  const all = request.commits()
  const declared = all.map((commit) => templateOf(commit, key))
  const marked = all.findIndex(({ oid }) => oid === markOf(origin.keeper))
  const index =
    marked >= 0 && fits(declared[marked], origin.template)
      ? marked
      : bestMatch(declared, origin.template, newestApplied(all, [request.lastSynced(), applied]))
  return index === undefined ? undefined : all[beginOf(declared, index)]?.oid
}

export function markOf(object: JsonObject | undefined): string | undefined {
  return stringsAt(object, 'metadata', 'annotations')[revisionAnnotation]
}

function fits(declared: unknown, live: unknown): boolean {
  return declared !== undefined && holds(declared, live)
}

/** No pod runs a commit that was never applied. Nothing known to be applied: all may have been. */
function newestApplied(all: readonly RenderedCommit[], oids: readonly (string | undefined)[]): number {
  const places = oids
    .map((oid) => all.findIndex((commit) => commit.oid === oid))
    .filter((place) => place >= 0)
  return places.length === 0 ? 0 : Math.min(...places)
}

/**
 * The newest of those that say most: a commit that only dropped a field is held by the older pods' template as well, but the older commit
 * declares more of it.
 */
function bestMatch(declared: readonly unknown[], live: unknown, from: number): number | undefined {
  let best: { readonly index: number; readonly leaves: number } | undefined
  for (let index = from; index < declared.length; index++) {
    if (!fits(declared[index], live)) continue
    const leaves = countLeaves(declared[index])
    if (best === undefined || leaves > best.leaves) best = { index, leaves }
  }
  return best?.index
}

function beginOf(declared: readonly unknown[], index: number): number {
  const same = canonical(declared[index])
  let began = index
  while (
    began + 1 < declared.length &&
    declared[began + 1] !== undefined &&
    canonical(declared[began + 1]) === same
  )
    began += 1
  return began
}

function templateOf(commit: RenderedCommit, key: ResourceKey): unknown {
  const manifest = commit.manifests.find((one) => keyString(one.key) === keyString(key))
  return manifest === undefined ? undefined : at(manifest.object, 'spec', 'template')
}
