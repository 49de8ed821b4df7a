import { z } from 'zod'
import { ResourceKey } from './resource.ts'
import { Commit, Oid } from './revision.ts'

const Json = z.unknown()

/** One declared field that differs. Values of secrets are `undefined` with `redacted: true`. `path` as in `.spec.replicas`. */
export const FieldChange = z
  .object({
    path: z.string(),
    before: Json.optional(),
    after: Json.optional(),
    redacted: z.boolean().optional(),
  })
  .readonly()
export type FieldChange = z.infer<typeof FieldChange>

/** Set C: a field of ours that another manager owns. `overrule`: a person's tool, may be forced once approved. */
export const ContestedField = z
  .object({
    path: z.string(),
    manager: z.string(),
    operation: z.enum(['Apply', 'Update']),
    subresource: z.string().optional(),
    at: z.string().optional(),
    before: Json.optional(),
    after: Json.optional(),
    overrule: z.boolean(),
  })
  .readonly()
export type ContestedField = z.infer<typeof ContestedField>

/** Set D: a field that no manifest declares and a person's tool set. "manager X, at or before T": a manager is no person. */
export const UndeclaredField = z
  .object({ path: z.string(), manager: z.string(), at: z.string().optional(), value: Json.optional() })
  .readonly()
export type UndeclaredField = z.infer<typeof UndeclaredField>

/** Set E: a difference that is not drift, with who owns it. */
export const IgnoredField = z.object({ path: z.string(), reason: z.string() }).readonly()
export type IgnoredField = z.infer<typeof IgnoredField>

/** `blocked` = not done and why; `hook` = shown, never applied; `unknown` = the live state could not be read. */
export const ChangeAction = z.enum([
  'create',
  'update',
  'replace',
  'prune',
  'unchanged',
  'blocked',
  'hook',
  'unknown',
])
export type ChangeAction = z.infer<typeof ChangeAction>

/** One object's comparison: the five sets, and what a sync would do to it. */
export const Change = z
  .object({
    key: ResourceKey,
    /** Of the live object, when there is one: prune and update are pinned to it. */
    uid: z.string().optional(),
    action: ChangeAction,
    wave: z.number().int(),
    fields: z.array(FieldChange).readonly(),
    contested: z.array(ContestedField).readonly(),
    undeclared: z.array(UndeclaredField).readonly(),
    ignored: z.array(IgnoredField).readonly(),
    /** Made by client-side apply: its managers are migrated to `wheelhouse` as a step of this sync. */
    takeOver: z.boolean(),
    /** Who made the comparison: the server's dry run, our own merge (no rights, offline), or nobody. */
    verified: z.enum(['server', 'local', 'none']),
    /** Pods that will be replaced since the pod template changes. */
    restarts: z.number().int(),
    /** Needs a tick of its own in the approval: prune of Namespace, PVC, PV, CRD. */
    needsTick: z.boolean(),
    /** Why it is blocked, unknown, kept or not verified; object first, in words. */
    reasons: z.array(z.object({ code: z.string(), message: z.string() }).readonly()).readonly(),
    /** sha256 of everything above that matters: re-checked just before the write. */
    diffHash: z.string(),
  })
  .readonly()
export type Change = z.infer<typeof Change>

/** What a plan is refused for as a whole. */
export const PlanBlock = z.object({ code: z.string(), message: z.string() }).readonly()
export type PlanBlock = z.infer<typeof PlanBlock>

/**
 * An ordered, pinned list of changes. `changes` leaves out `unchanged` objects without undeclared or ignored fields; `counts`
 * has them. `fingerprint` = hash over revision, renderedHash and each change's key, action, uid and diffHash; approving sends it back.
 */
export const Plan = z
  .object({
    id: z.string(),
    appId: z.string(),
    revision: Oid,
    renderedHash: z.string(),
    fingerprint: z.string(),
    createdAt: z.string(),
    changes: z.array(Change).readonly(),
    counts: z.record(z.string(), z.number()),
    /** Not empty = cannot be synced, and why. */
    blocks: z.array(PlanBlock).readonly(),
    warnings: z.array(z.string()).readonly(),
    /** Commits between the last synced one and `revision` that this sync brings along, newest first. */
    brings: z.array(Commit).readonly(),
    companion: z.string().optional(),
    synced: z.boolean(),
    /** Destination as it was connected: a fingerprint of another cluster never matches. */
    clusterUid: z.string(),
  })
  .readonly()
export type Plan = z.infer<typeof Plan>

/** What the operator decided beside the plan itself. */
export const Decisions = z
  .object({
    /** Carry out the `prune` changes. */
    prune: z.boolean(),
    /** Keys (as `group/kind/namespace/name`) of changes with `needsTick` that were ticked. */
    ticks: z.array(z.string()).readonly(),
    /** Fields of people's tools may be overruled. */
    overrule: z.boolean(),
    /** The revision is not a descendant of the last synced one and the operator means it. */
    rollback: z.boolean(),
    /** The protected context's name, typed. */
    confirmedContext: z.string().optional(),
  })
  .readonly()
export type Decisions = z.infer<typeof Decisions>
