import { z } from 'zod'
import { AppSource } from './app.ts'
import type { AppSpec } from './app.ts'
import { Failure } from './errors.ts'
import { Problem, ResourceKey } from './resource.ts'
import { Commit, Oid } from './revision.ts'

/** What an upgrade is asked of: a commit of the app against its first parent, a draft, or two revisions of the configuration. */
export const UpgradeRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('commit'), appId: z.string(), commit: Oid }).strict(),
  z.object({ kind: z.literal('draft'), draftId: z.string() }).strict(),
  z
    .object({
      kind: z.literal('revisions'),
      appId: z.string(),
      from: z.string().min(1).max(500),
      to: z.string().min(1).max(500),
    })
    .strict(),
])
export type UpgradeRequest = Readonly<z.infer<typeof UpgradeRequest>>

/** The commit that a version was built from; `how` it was found, in words (`tag v1.5`). */
export const SourceVersion = z.object({ commit: Oid, how: z.string() }).readonly()
export type SourceVersion = z.infer<typeof SourceVersion>

/** The newest 200, newest first, and how many there are. */
export const SourceCommits = z
  .object({ commits: z.array(Commit).readonly(), total: z.number().int().nonnegative() })
  .readonly()
export type SourceCommits = z.infer<typeof SourceCommits>

/** A source clone as an answer names it. `remote` = it can be fetched, once it is trusted. */
export const SourceClone = z
  .object({ id: z.string(), name: z.string(), trusted: z.boolean(), remote: z.boolean() })
  .readonly()
export type SourceClone = z.infer<typeof SourceClone>

/**
 * `upgrade`: only `brought`; `downgrade`: only `takenBack`; `diverged`: both; `same`: none, both were built from one commit. `cut`: the
 * clone is shallow and its history ends among these, so that there may be more. `unnamed`: the app names no source of this image.
 */
export const SourceFound = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('commits'),
      direction: z.enum(['same', 'upgrade', 'downgrade', 'diverged']),
      clone: SourceClone,
      folder: z.string().optional(),
      from: SourceVersion,
      to: SourceVersion,
      brought: SourceCommits,
      takenBack: SourceCommits,
      cut: z.boolean(),
    })
    .readonly(),
  z.object({ kind: z.literal('unnamed') }).readonly(),
  z
    .object({
      kind: z.literal('unknown'),
      failure: Failure,
      /** Tags and commit ids that the source clone was asked for. */
      lookedFor: z.array(z.string()).readonly(),
      clone: SourceClone.optional(),
    })
    .readonly(),
])
export type SourceFound = z.infer<typeof SourceFound>

/** One image that changes its version, and where it does. `image` without its version, `from` and `to` as the manifests say them. */
export const ImageUpgrade = z
  .object({
    image: z.string(),
    from: z.string(),
    to: z.string(),
    places: z.array(z.object({ key: ResourceKey, container: z.string() }).readonly()).readonly(),
    found: SourceFound,
  })
  .readonly()
export type ImageUpgrade = z.infer<typeof ImageUpgrade>

/** `problems`: a side that does not render. `more`: images that change beyond the first 50. `from`, `to`: the commits that were asked about. */
export const Upgrades = z
  .object({
    upgrades: z.array(ImageUpgrade).readonly(),
    problems: z.array(Problem).readonly(),
    more: z.number().int().nonnegative(),
    from: Oid.optional(),
    to: Oid.optional(),
  })
  .readonly()
export type Upgrades = z.infer<typeof Upgrades>

/** A proposal with its evidence in words. */
export const SourceSuggestion = z.object({ source: AppSource, why: z.string() }).readonly()
export type SourceSuggestion = z.infer<typeof SourceSuggestion>

/** `images`: those of the app at the tip of its branch, without their versions. */
export const SourceSuggestions = z
  .object({ images: z.array(z.string()).readonly(), suggestions: z.array(SourceSuggestion).readonly() })
  .readonly()
export type SourceSuggestions = z.infer<typeof SourceSuggestions>

/** The spec with other sources; without any it has no such field, as before there were sources. */
export function withSources(spec: AppSpec, sources: readonly AppSource[]): AppSpec {
  const { sources: _old, ...rest } = spec
  return sources.length === 0 ? rest : { ...rest, sources: [...sources] }
}
