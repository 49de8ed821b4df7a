import { compareObject, displayKey } from '#core'
import type { Contest, JsonObject, Reason } from '#core'
import type { Cluster } from '../kube/index.ts'
import { asSent } from './asked.ts'
import type { Asked } from './asked.ts'
import type { Compared } from './compare-cache.ts'
import type { LocalMerge } from './sync.ts'
import type { Room } from './room.ts'

type Request = Asked & {
  readonly object: JsonObject
  readonly cluster: Cluster
  /** Why the server was not asked. */
  readonly why: Reason
  readonly signal?: AbortSignal | undefined
}

/**
 * The comparison by upstream's own merge instead of the server's dry-run: no right to patch, or a webhook that forbids it. Defaults and
 * admission are not in it, so fields that only those would change do not show; it says so (`verified: 'local'`).
 */
export async function compareHere(room: Room, request: Request): Promise<Compared> {
  const { wanted, object, cluster, ignored, why, signal } = request
  const name = displayKey(wanted.key)
  const unknown = (message: string): Compared => ({ verified: 'none', notes: [{ code: why.code, message }] })
  if (room.merge === undefined) return unknown(`${name} could not be compared: ${why.message}`)
  const openapi = await cluster.openapi(wanted.apiVersion, { signal })
  if (openapi === undefined)
    return unknown(`${name} could not be compared: ${wanted.apiVersion} has no schema, and ${why.message}`)
  const payload = asSent(request.payload, object)
  const { predicted, causes } = await mergeBoth(room.merge, {
    live: object,
    applied: payload,
    manager: 'wheelhouse',
    openapi,
  })
  return {
    comparison: compareObject({ payload, live: object, predicted, causes, ignored }),
    verified: 'local',
    notes: [{ code: why.code, message: `${name} was compared here, not by the server: ${why.message}` }],
  }
}

async function mergeBoth(
  merge: LocalMerge,
  request: Omit<Parameters<LocalMerge>[0], 'force'>,
): Promise<{ readonly predicted: JsonObject; readonly causes: readonly Contest[] }> {
  const plain = await merge({ ...request, force: false })
  if ('object' in plain) return { predicted: plain.object, causes: [] }
  const forced = await merge({ ...request, force: true })
  return { predicted: 'object' in forced ? forced.object : request.applied, causes: plain.conflicts }
}
