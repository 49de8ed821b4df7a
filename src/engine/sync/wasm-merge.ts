import { AppError } from '#contract'
import { apiVersionOf, isObject, listAt } from '#core'
import type { JsonObject } from '#core'
import { conflictCauseOf } from '../kube/index.ts'
import type { WasmPool } from '../wasm/index.ts'
import type { LocalMerge } from './sync.ts'

/**
 * Upstream's own server-side apply (`k8s.io/apimachinery` field manager) in WebAssembly. Schemas are sent once per instance: it asks for them
 * when it lacks them.
 */
export function createWasmMerge(pool: Pick<WasmPool, 'call'>): LocalMerge {
  const ids = new WeakMap<JsonObject, string>()
  let count = 0
  const idOf = (schemas: JsonObject, object: JsonObject) => {
    const known = ids.get(schemas)
    if (known !== undefined) return known
    count += 1
    const id = `${apiVersionOf(object)}#${count}`
    ids.set(schemas, id)
    return id
  }
  return async ({ live, applied, manager, force, openapi }) => {
    const schemas = idOf(openapi, applied)
    const request = {
      op: 'apply',
      ...(live === undefined ? {} : { live }),
      object: applied,
      manager,
      force,
      schemas,
    }
    const first = await pool.call('merge', request)
    const answer = 'missing' in first ? await pool.call('merge', { ...request, documents: [openapi] }) : first
    const result = 'result' in answer ? answer.result : undefined
    if (!isObject(result)) throw new AppError('INTERNAL', { message: 'The merge gave no answer.' })
    if (isObject(result.object)) return { object: result.object }
    return { conflicts: listAt(result, 'causes').flatMap((cause) => conflictCauseOf(cause) ?? []) }
  }
}
