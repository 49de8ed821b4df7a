import { randomUUID } from 'node:crypto'
import type { JsonObject } from '#core'
import type { Clock } from './clock.ts'
import { badRequest, expired } from './failure.ts'
import { apiVersionOf } from './kinds.ts'
import type { Stored } from './object.ts'
import type { Resource } from './request.ts'
import { parseFieldSelector, parseLabelSelector } from './selectors.ts'
import type { Test } from './selectors.ts'
import type { Store } from './store.ts'

export type Lists = { readonly read: (resource: Resource, query: URLSearchParams) => JsonObject }

/** etcd keeps old versions for five minutes: so long can a list be read on. */
const keptMs = 5 * 60_000

type Rest = { readonly items: readonly Stored[]; readonly version: string; readonly drop: () => void }

/** Lists in pages of one moment: the rest of a list is kept as it was when its first page was read. */
export function createLists(store: Store, clock: Clock): Lists {
  const rests = new Map<string, Rest>()

  function page(resource: Resource, from: Omit<Rest, 'drop'>, limit: number): JsonObject {
    const items = limit > 0 ? from.items.slice(0, limit) : from.items
    const remaining = from.items.length - items.length
    const metadata: Record<string, unknown> = { resourceVersion: from.version }
    if (remaining > 0) {
      const token = randomUUID()
      const drop = clock.after(keptMs, () => rests.delete(token))
      rests.set(token, { items: from.items.slice(limit), version: from.version, drop })
      metadata['continue'] = token
      metadata['remainingItemCount'] = remaining
    }
    return {
      kind: `${resource.kind.kind}List`,
      apiVersion: apiVersionOf(resource.kind),
      metadata,
      items: items.map(({ apiVersion: _apiVersion, kind: _kind, ...rest }) => rest),
    }
  }
  return {
    read: (resource, query) => {
      const limit = Number(query.get('limit') ?? 0)
      if (!Number.isInteger(limit) || limit < 0) throw badRequest(`invalid limit: ${query.get('limit')}`)
      const token = query.get('continue')
      if (token) {
        const rest = rests.get(token)
        if (rest === undefined)
          throw expired(
            'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
          )
        return page(resource, rest, limit)
      }
      const test = selectorOf(resource, query)
      const items = store.list(resource.kind, resource.namespace).filter(test)
      return page(resource, { items, version: String(store.version()) }, limit)
    },
  }
}

export function selectorOf(resource: Resource, query: URLSearchParams): Test {
  const labels = parseLabelSelector(query.get('labelSelector'))
  const fields = parseFieldSelector(query.get('fieldSelector'), resource.kind)
  const named: Test = (object) =>
    resource.name === '' || (object['metadata'] as JsonObject)['name'] === resource.name
  return (object) => named(object) && labels(object) && fields(object)
}
