import { z } from 'zod'
import { RenderedChange } from './resource.ts'
import { Commit } from './revision.ts'

/** A mark on a rollback target, with its evidence in words. */
export const Mark = z
  .object({ kind: z.enum(['live', 'healthy', 'failed', 'synced', 'tip']), words: z.string() })
  .readonly()
export type Mark = z.infer<typeof Mark>

/**
 * One commit that touched an input of the app. `effect`: `pending` while its rendering runs, `none` = no rendered object
 * changed (folded, not hidden), `unknown` = it or its parent does not render (`problem` says why).
 */
export const TimelineRow = z
  .object({
    commit: Commit,
    effect: z.enum(['pending', 'changed', 'none', 'unknown']),
    changes: z.array(RenderedChange).readonly(),
    problem: z.string().optional(),
    /** The app's folder at this commit, where it was another one than today. */
    at: z.string().optional(),
    /** The commit moved the app's folder from here. */
    movedFrom: z.string().optional(),
    marks: z.array(Mark).readonly(),
    /** Position from the newest, 0 first: the order of the list, since items arrive in any order. */
    index: z.number().int(),
  })
  .readonly()
export type TimelineRow = z.infer<typeof TimelineRow>
