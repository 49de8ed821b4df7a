import type { Clock } from './clock.ts'
import { findResource, readDiscovery } from './discover.ts'
import type { Discovery, GroupKind, ResourceType } from './discovery.ts'
import type { KubeHttp } from './http.ts'

export type DiscoveryCache = {
  readonly read: (options: { readonly fresh?: boolean | undefined }) => Promise<Discovery>
  readonly find: (
    wanted: GroupKind & { readonly version?: string | undefined },
  ) => Promise<ResourceType | undefined>
}

/** A kind that was just looked for in vain is not looked for again at once: 500 objects of an unknown kind are one request. */
const missMs = 1_000
/** CRDs gain versions and verbs without anybody missing a kind. */
const maxAgeMs = 10 * 60_000

/** Read once however many ask; not bound to one caller's signal, since the next one needs it as well. */
export function createDiscoveryCache(http: KubeHttp, clock: Clock): DiscoveryCache {
  let known: { readonly discovery: Discovery; readonly at: number } | undefined
  let reading: Promise<Discovery> | undefined
  const missed = new Map<string, number>()

  function readFresh(): Promise<Discovery> {
    reading ??= readDiscovery(http)
      .then((discovery) => {
        known = { discovery, at: clock.now() }
        return discovery
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  async function read(fresh: boolean): Promise<Discovery> {
    if (fresh || known === undefined || clock.now() - known.at > maxAgeMs) return await readFresh()
    return known.discovery
  }
  return {
    read: ({ fresh }) => read(fresh === true),
    find: async (wanted) => {
      const before = await read(false)
      const unread = before.failedGroups.includes(wanted.group)
      const found = unread ? undefined : findResource(before, wanted)
      if (found !== undefined) return found
      const name = `${wanted.group}/${wanted.version ?? ''}/${wanted.kind}`
      if (clock.now() - (missed.get(name) ?? -Infinity) < missMs) return findResource(before, wanted)
      const again = findResource(await readFresh(), wanted)
      if (again === undefined) missed.set(name, clock.now())
      else missed.delete(name)
      return again
    },
  }
}
