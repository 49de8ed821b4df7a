import type { SafetyReason } from '#contract'
import { at, canonical, displayKey, keyString, listAt, stringAt } from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'
import { unread } from './live.ts'
import type { SafetyInput } from './report.ts'

const isDefinition = ({ key }: Manifest) => key.kind === 'CustomResourceDefinition'

/** A version that objects are stored in cannot go: the server refuses it (`status.storedVersions[0]: must appear in spec.versions`). */
export function crdReasons({
  before,
  after,
  live,
}: Pick<SafetyInput, 'before' | 'after' | 'live'>): readonly SafetyReason[] {
  const old = new Map(before.filter(isDefinition).map((manifest) => [keyString(manifest.key), manifest]))
  const changed = after.filter(isDefinition).flatMap((manifest): readonly SafetyReason[] => {
    const was = old.get(keyString(manifest.key))
    if (was !== undefined && canonical(was.object) === canonical(manifest.object)) return []
    return [...storedReasons(manifest, live(manifest.key)), ...(was === undefined ? [] : [changes(manifest)])]
  })
  const kept = new Set(after.map(({ key }) => keyString(key)))
  const removed = [...old.values()].filter(({ key }) => !kept.has(keyString(key)))
  return [
    ...changed,
    ...removed.map(({ key }): SafetyReason => ({
      code: 'CRD_REMOVED',
      level: 'danger',
      key,
      words: `${displayKey(key)} is no longer declared: pruned, it takes every object of its kind with it.`,
    })),
  ]
}

function storedReasons(manifest: Manifest, live: ReturnType<SafetyInput['live']>): readonly SafetyReason[] {
  const { key, object } = manifest
  if (live.state === 'unknown') return [unread(key, 'the versions that objects are stored in', live.why)]
  if (live.state === 'absent') return []
  const served = new Set(versionsOf(object))
  const stored = listAt(live.object, 'status', 'storedVersions').filter((name) => typeof name === 'string')
  const dropped = stored.filter((name) => !served.has(name))
  if (dropped.length === 0) return []
  const words = `${displayKey(key)}: objects are stored as ${dropped.join(' and ')}, which the result does not have: the server refuses it.`
  return [{ code: 'CRD_STORED_VERSION_DROPPED', level: 'danger', key, words }]
}

function changes({ key }: Manifest): SafetyReason {
  const words = `${displayKey(key)} changes: objects that are there are checked by the other schema from then on.`
  return { code: 'CRD_CHANGES', level: 'caution', key, words }
}

function versionsOf(object: JsonObject): readonly string[] {
  return listAt(at(object, 'spec', 'versions')).flatMap((version) => stringAt(version, 'name') ?? [])
}
