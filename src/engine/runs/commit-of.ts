import type { Oid, ResourceKey } from '#contract'
import { at, canonical, isObject, keyString } from '#core'
import type { RenderedCommit, WorkloadsRequest } from './runs.ts'

/**
 * The commit that a pod template comes from: among the commits up to the last synced, the newest whose declared template the live one holds,
 * taken back to where that template began. So a commit that changes no template recolours nothing. `undefined` = none of the known ones.
 */
export function commitOf(
  key: ResourceKey,
  template: unknown,
  request: Pick<WorkloadsRequest, 'commits' | 'lastSynced'>,
): Oid | undefined {
  const all = request.commits()
  const synced = request.lastSynced()
  const from =
    synced === undefined
      ? 0
      : Math.max(
          0,
          all.findIndex(({ oid }) => oid === synced),
        )
  const candidates = all.slice(from)
  const declared = candidates.map((commit) => templateOf(commit, key))
  const newest = declared.findIndex((one) => one !== undefined && holds(one, template))
  if (newest < 0) return undefined
  const same = canonical(declared[newest])
  let began = newest
  while (
    began + 1 < declared.length &&
    declared[began + 1] !== undefined &&
    canonical(declared[began + 1]) === same
  )
    began += 1
  return candidates[began]?.oid
}

function templateOf(commit: RenderedCommit, key: ResourceKey): unknown {
  const manifest = commit.manifests.find((one) => keyString(one.key) === keyString(key))
  return manifest === undefined ? undefined : at(manifest.object, 'spec', 'template')
}

/** Everything that was declared is there: the server adds defaults and `pod-template-hash`, and takes nothing away. */
export function holds(declared: unknown, live: unknown): boolean {
  if (Array.isArray(declared)) {
    return (
      Array.isArray(live) &&
      declared.length === live.length &&
      declared.every((item, index) => holds(item, live[index]))
    )
  }
  if (isObject(declared)) {
    return Object.entries(declared).every(
      ([name, value]) =>
        value === null ||
        name === 'creationTimestamp' ||
        holds(value, isObject(live) ? live[name] : undefined),
    )
  }
  return declared === live || isEmpty(declared, live)
}

/** What was declared empty or as its zero value may be left out by the server. */
function isEmpty(declared: unknown, live: unknown): boolean {
  return live === undefined && (declared === '' || declared === false || declared === 0)
}
