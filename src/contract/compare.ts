import { z } from 'zod'
import { ManifestDiff, Problem, RenderedChange } from './resource.ts'
import { FileDiff, Oid } from './revision.ts'

/**
 * One side of a comparison. `revision`: a commit, branch, tag or any name that git resolves; `index` and `worktree`: what the user's clone
 * holds now, committed or not; `live`: the app's destination; `app`: another app (another environment) at its branch or a revision.
 */
export const Side = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('revision'), revision: z.string().min(1).max(500) }).readonly(),
  z.object({ kind: z.literal('index') }).readonly(),
  z.object({ kind: z.literal('worktree') }).readonly(),
  z.object({ kind: z.literal('live') }).readonly(),
  z
    .object({ kind: z.literal('app'), appId: z.string(), revision: z.string().min(1).max(500).optional() })
    .readonly(),
])
export type Side = z.infer<typeof Side>

export const CompareRequest = z.object({ appId: z.string(), from: Side, to: Side }).strict().readonly()
export type CompareRequest = z.infer<typeof CompareRequest>

/** What a side turned out to be; `oid` where it is a commit. */
export const SideShown = z.object({ words: z.string(), oid: Oid.optional() }).readonly()
export type SideShown = z.infer<typeof SideShown>

/**
 * Both sides of an app: as rendered objects, where the order of keyed lists, spellings of quantities and defaults make no difference,
 * and as files. Secrets are masked. `problems`: what of either side does not render. No files where a side is live.
 */
export const Comparison = z
  .object({
    from: SideShown,
    to: SideShown,
    changes: z.array(RenderedChange).readonly(),
    manifests: z.array(ManifestDiff).readonly(),
    files: z.array(FileDiff).readonly(),
    problems: z.array(Problem).readonly(),
  })
  .readonly()
export type Comparison = z.infer<typeof Comparison>
