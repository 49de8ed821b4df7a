import { z } from 'zod'
import { RepoPath } from './app.ts'
import { RenderedChange } from './resource.ts'
import { Commit } from './revision.ts'

/**
 * A mark on a rollback target. From the sync records: `live failed healthy synced unsynced`, and `last-good` on the one to go back to. `conflicts`:
 * undoing the commit would meet later changes. The others say what returning to it would do (see `SafetyReason`); `unread` = it could not be looked
 * at. At most one of a kind.
 */
export const Mark = z
  .object({
    kind: z.enum([
      'live',
      'tip',
      'last-good',
      'failed',
      'healthy',
      'synced',
      'unsynced',
      'conflicts',
      'crd-removed',
      'crd-version-dropped',
      'crd-changes',
      'claim-shrinks',
      'immutable-field',
      'config-missing',
      'image-unseen',
      'unread',
    ]),
    /** As in `SafetyReason`; none = it speaks neither for nor against. */
    level: z.enum(['danger', 'caution', 'unknown']).optional(),
    /** What it is, in a few words. */
    label: z.string(),
    /** Its evidence. */
    words: z.string(),
  })
  .readonly()
export type Mark = z.infer<typeof Mark>

/**
 * Which commits of an app: `branches`: the tracked one along its first parents unless told; `paths`: only those that touch one of these. `until`: what
 * has to be known before the answer is `ready`: the rows (unless told); the sync records too, if the cluster answers; or what speaks against each of
 * the rows, which else is looked at for those in view alone.
 */
export const TimelineRequest = z
  .object({
    appId: z.string(),
    limit: z.number().int().positive().max(100_000).optional(),
    branches: z.enum(['tracked', 'all']).optional(),
    /** Files or folders, from the root of the clone or from the app's folder, each as it is written: no patterns. */
    paths: z.array(RepoPath).max(20).readonly().optional(),
    until: z.enum(['rows', 'records', 'reasons']).optional(),
  })
  .strict()
  .readonly()
export type TimelineRequest = z.infer<typeof TimelineRequest>

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
    /**
     * The commit is not on the line of first parents of the tracked branch, so that it was never its newest state. `branch`: a branch that
     * has it, where the tracked one has not.
     */
    aside: z.object({ branch: z.string().optional() }).readonly().optional(),
    marks: z.array(Mark).readonly(),
    /** Position from the newest, 0 first: the order of the list, since items arrive in any order. */
    index: z.number().int(),
  })
  .readonly()
export type TimelineRow = z.infer<typeof TimelineRow>
