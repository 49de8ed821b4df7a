import { AppError } from '#contract'
import { isObject, listAt } from '#core'
import type { JsonObject } from '#core'
import { createWasmPool, readModule } from '#engine'
import { ApiFailure, applyConflict } from './failure.ts'
import type { Cause } from './failure.ts'
import { rootOf } from './kinds.ts'
import type { ServedKind } from './kinds.ts'
import type { Schemas } from './schemas.ts'

export type MergeRequest = {
  readonly op: 'apply' | 'update'
  readonly kind: ServedKind
  readonly live: JsonObject | undefined
  readonly object: JsonObject
  readonly manager: string
  readonly force: boolean
  readonly subresource: '' | 'status' | 'scale'
}

/** Upstream's field manager: who owns what after a write, and the conflicts of an apply. */
export type Merge = {
  readonly run: (request: MergeRequest) => Promise<JsonObject>
  readonly close: () => void
}

export function createMerge(from: {
  readonly moduleFile: string
  readonly workerUrl: URL
  readonly schemas: Schemas
}): Merge {
  const pool = createWasmPool({
    module: () => readModule(from.moduleFile),
    workerUrl: from.workerUrl,
    // Writes come one after the other anyway, and an instance takes 170 MB.
    size: 1,
  })
  async function ask(request: MergeRequest): Promise<unknown> {
    const { kind, ...rest } = request
    const id = rootOf(kind)
    const call = (documents?: readonly unknown[]) =>
      pool.call('merge', { ...rest, schemas: id, ...(documents === undefined ? {} : { documents }) })
    const answer = await call()
    const told = 'missing' in answer ? await call([from.schemas.document(id)]) : answer
    if ('missing' in told) throw new Error(`The merge knows no ${id}.`)
    return told.result
  }
  return {
    run: async (request) => {
      const result = await ask(request).catch((error: unknown) => {
        // The API server answers so too: a patch that its schema cannot type is no client error there.
        if (error instanceof AppError && error.code === 'MERGE_FAILED')
          throw new ApiFailure(500, '', error.message)
        throw error
      })
      const causes = listAt(result, 'causes') as readonly Cause[]
      if (causes.length > 0) throw applyConflict(causes)
      const merged = isObject(result) ? result['object'] : undefined
      if (!isObject(merged)) throw new Error('The merge answered without an object.')
      return merged
    },
    close: () => pool.close(),
  }
}
