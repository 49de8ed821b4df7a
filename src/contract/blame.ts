import { z } from 'zod'
import { ResourceKey } from './resource.ts'
import { Commit, Oid } from './revision.ts'

/**
 * One field of a rendered object. `path` as differences name it (`.spec.template.spec.containers[name="web"].image`); the first dot and the
 * quotes may be left out, and a dot alone is the whole object. `revision`: any that git resolves, the tip of the tracked branch unless told. `live`: also look at the cluster.
 */
export const BlameRequest = z
  .object({
    appId: z.string(),
    key: ResourceKey,
    path: z.string().min(1).max(2_000),
    revision: z.string().min(1).max(500).optional(),
    live: z.boolean().optional(),
  })
  .strict()
  .readonly()
export type BlameRequest = z.infer<typeof BlameRequest>

/** What the place is: a manifest of the app's own folder or of a base, a patch, a field of a kustomization, a values file, a chart's own file. */
export const OriginRole = z.enum([
  'manifest',
  'base',
  'patch',
  'transformer',
  'generator',
  'values',
  'chart',
  'template',
])
export type OriginRole = z.infer<typeof OriginRole>

/**
 * What the place has to do with the value: it is the `whole` of it, a `part` of it, it `decides` it (a sum, a condition), or it is the
 * template's line that `writes` it.
 */
export const OriginShare = z.enum(['whole', 'part', 'decides', 'writes'])
export type OriginShare = z.infer<typeof OriginShare>

/**
 * A place in a file. `proved`: with this place changed the field changed with it; `possible`: it could not be tried, and `why`. `text` is
 * its first line, secrets masked. `commit` last changed the line (of several lines the newest one); `boundary`: the clone's history ends
 * there, so that it was in this commit or earlier. No `line` where only the file can be named; no `commit` where Git has none for it.
 */
export const Origin = z
  .object({
    role: OriginRole,
    certainty: z.enum(['proved', 'possible']),
    share: OriginShare.optional(),
    file: z.string(),
    line: z.number().int().positive().optional(),
    endLine: z.number().int().positive().optional(),
    text: z.string(),
    commit: Commit.readonly().optional(),
    boundary: z.boolean().optional(),
    why: z.string().optional(),
  })
  .readonly()
export type Origin = z.infer<typeof Origin>

/** Who holds a live field. `at` is that manager's last change of anything: "at or before". A manager is no person. */
export const FieldManager = z
  .object({
    manager: z.string(),
    operation: z.enum(['Apply', 'Update']),
    subresource: z.string().optional(),
    at: z.string().optional(),
  })
  .readonly()
export type FieldManager = z.infer<typeof FieldManager>

/** The field in the cluster. `same`: as Git declares it; `undeclared`: Git says nothing of it; `absent`: the object or the field is not there. */
export const LiveField = z
  .object({
    state: z.enum(['same', 'differs', 'undeclared', 'absent', 'unknown']),
    value: z.string().optional(),
    managers: z.array(FieldManager).readonly(),
    /** Why it is unknown. */
    message: z.string().optional(),
  })
  .readonly()
export type LiveField = z.infer<typeof LiveField>

/** Where a field's value comes from. `notes`: what no place could be proved for and why; `renders`: how many trials the proof took. */
export const Blame = z
  .object({
    key: ResourceKey,
    path: z.string(),
    revision: Oid,
    /** In words; absent = Git does not declare the field. */
    value: z.string().optional(),
    origins: z.array(Origin).readonly(),
    notes: z.array(z.string()).readonly(),
    renders: z.number().int().nonnegative(),
    live: LiveField.optional(),
  })
  .readonly()
export type Blame = z.infer<typeof Blame>
