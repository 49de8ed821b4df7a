import type { ResourceKey, Workload } from '#contract'
import { isScalable, keyString, replicasOf } from '#core'
import type { LiveApp } from '../apps/live-app.ts'

/** What Git says of a workload's count: the number, and the file and line that set it where exactly one place can. */
export function sourceOfCount(
  live: LiveApp,
  key: ResourceKey,
): Pick<Workload, 'desired' | 'source' | 'locked'> | undefined {
  const { rendered, counts } = live.state()
  const manifest = rendered?.manifests.find((one) => keyString(one.key) === keyString(key))
  if (manifest === undefined || !isScalable(manifest.object)) return undefined
  const desired = replicasOf(manifest.object)
  const place = counts.get(keyString(key))
  return {
    ...(desired === undefined ? {} : { desired }),
    ...(place === undefined ? {} : { source: place }),
  }
}
