import { z } from 'zod'

/** Names one object, in Git or in a cluster. `group` is empty for core, `namespace` empty for cluster-scoped. */
export const ResourceKey = z
  .object({ group: z.string(), kind: z.string().min(1), namespace: z.string(), name: z.string().min(1) })
  .readonly()
export type ResourceKey = z.infer<typeof ResourceKey>

/** A place in a file of the repository; lines count from 1. */
export const SourceLine = z.object({ file: z.string(), line: z.number().int().positive() }).readonly()
export type SourceLine = z.infer<typeof SourceLine>

/**
 * One object on both sides as YAML, secrets masked; absent = the object is not there. `fields`: paths of what differs where both sides have
 * it, as `blame.field` takes them.
 */
export const ManifestDiff = z
  .object({
    key: ResourceKey,
    before: z.string().optional(),
    after: z.string().optional(),
    fields: z.array(z.string()).readonly().optional(),
  })
  .readonly()
export type ManifestDiff = z.infer<typeof ManifestDiff>

/** What a commit does to one rendered object, in words short enough for a chip (`image 1.4 -> 1.5`). */
export const RenderedChange = z
  .object({
    key: ResourceKey,
    kind: z.enum(['added', 'removed', 'changed']),
    /** One per changed thing, most telling first; secret values never appear. */
    words: z.array(z.string()).readonly(),
  })
  .readonly()
export type RenderedChange = z.infer<typeof RenderedChange>

/** A rendering problem: collected, not thrown. */
export const Problem = z
  .object({ code: z.string(), message: z.string(), file: z.string().optional(), line: z.number().optional() })
  .readonly()
export type Problem = z.infer<typeof Problem>
