import { z } from 'zod'

/**
 * One step of a collection: `seq` counts from 0 without gaps; `reset` empties the collection first; upserts carry their id
 * inside, deletes are ids. Coalesced by the sender (50 ms or 200 items).
 */
export function delta<T extends z.ZodType>(item: T) {
  return z
    .object({
      seq: z.number().int().nonnegative(),
      reset: z.boolean().optional(),
      upserts: z.array(item).readonly(),
      deletes: z.array(z.string()).readonly(),
      /** The first complete state has been sent. */
      ready: z.boolean(),
    })
    .readonly()
}

export type Delta<T> = {
  readonly seq: number
  readonly reset?: boolean | undefined
  readonly upserts: readonly T[]
  readonly deletes: readonly string[]
  readonly ready: boolean
}
