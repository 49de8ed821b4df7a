import type { RenderResult } from './index.ts'
import { clean } from './reader.ts'
import type { TreeSource } from './source.ts'

/** What was rendered before, by what it read: a commit that touches none of an app's inputs costs a few look-ups and no render. */
export type Memory = {
  readonly recall: (key: string, source: TreeSource) => Promise<RenderResult | undefined>
  /**
   * What the newest render of this key read, as it is in this source: whoever renders the same at the same time is likely to get the same. Undefined:
   * nothing was rendered yet.
   */
  readonly likeness: (key: string, source: TreeSource) => Promise<string | undefined>
  /** `folder`: its tree decides too (tools that read whatever lies in it). */
  readonly remember: (
    key: string,
    result: RenderResult,
    folder?: { readonly path: string; readonly oid: string },
  ) => void
  /** Paths that the newest render of this key read: sent along at once, since most renders read the same. */
  readonly expected: (key: string) => readonly string[]
}

type Kept = {
  readonly result: RenderResult
  readonly folder: { readonly path: string; readonly oid: string } | undefined
}

const keptKeys = 200
const keptResults = 30

export function createMemory(): Memory {
  const results = new Map<string, Kept[]>()
  return {
    recall: async (key, source) => {
      const oidOf = askedOnce(source)
      for (const kept of results.get(key) ?? []) if (await isSame(kept, oidOf)) return kept.result
      return undefined
    },
    likeness: async (key, source) => {
      const newest = results.get(key)?.[0]?.result.inputs
      if (newest === undefined) return undefined
      const oidOf = askedOnce(source)
      return JSON.stringify([key, await Promise.all(newest.map(({ path }) => oidOf(path)))])
    },
    remember: (key, result, folder) => {
      const known = results.get(key) ?? []
      results.delete(key)
      results.set(key, [{ result, folder }, ...known].slice(0, keptResults))
      if (results.size > keptKeys) results.delete(results.keys().next().value ?? '')
    },
    expected: (key) => results.get(key)?.[0]?.result.inputs.map(({ path }) => path) ?? [],
  }
}

type OidOf = (path: string) => Promise<string | undefined>

/** Renders of one key read mostly the same paths: thirty of them are compared by one look at each path. */
function askedOnce(source: TreeSource): OidOf {
  const oids = new Map<string, string | undefined>()
  return async (path) => {
    const place = clean(path)
    const whole = place === '' ? source.id : undefined
    if (!oids.has(place)) oids.set(place, (await source.oidOf(place)) ?? whole)
    return oids.get(place)
  }
}

/** Absent inputs count: a file that appears where the render looked for one makes another render. */
async function isSame({ result, folder }: Kept, oidOf: OidOf): Promise<boolean> {
  if (folder !== undefined && (await oidOf(folder.path)) !== folder.oid) return false
  for (const { path, oid } of result.inputs) if (((await oidOf(path)) ?? 'absent') !== oid) return false
  return true
}
