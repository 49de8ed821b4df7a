import { z } from 'zod'
import { Conflict, Resolution } from './conflict.ts'
import { Decisions } from './plan.ts'
import { ManifestDiff, Problem, ResourceKey, SourceLine } from './resource.ts'
import { FileDiff, Oid } from './revision.ts'

/** An object as people name it; the namespace counts only where its document says one too. */
export const ObjectName = z
  .object({ kind: z.string().min(1), name: z.string().min(1), namespace: z.string().optional() })
  .readonly()
export type ObjectName = z.infer<typeof ObjectName>

const objects = z.array(ObjectName).min(1).max(1_000).readonly().optional()

/** What the draft does. `undo` of a merge commit reverses it against one of its parents; `range` is the net of (from..to]. */
export const DraftAction = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('return'),
      commit: Oid,
      /** Ids of apps of the same clone and branch that return in the same commit. */
      apps: z.array(z.string()).max(1_000).readonly().optional(),
      /** A folder that returns whole, with every app in it; the draft's app is the one whose manifests are shown. */
      path: z.string().min(1).max(4_096).optional(),
    })
    .readonly(),
  z
    .object({
      kind: z.literal('undo'),
      commits: z.array(Oid).min(1).readonly(),
      /** Which parent a merge commit is taken back to, from 1; the first unless told. */
      mainline: z.number().int().min(1).max(8).optional(),
      /** Only these paths of what belongs to the app. */
      paths: z.array(z.string().min(1)).min(1).max(10_000).readonly().optional(),
      /** Only the documents that declare these objects. */
      objects,
    })
    .readonly(),
  z
    .object({
      kind: z.literal('undo-range'),
      from: Oid,
      to: Oid,
      paths: z.array(z.string().min(1)).min(1).max(10_000).readonly().optional(),
      objects,
    })
    .readonly(),
  z
    .object({
      kind: z.literal('scale'),
      edits: z
        .array(z.object({ key: ResourceKey, replicas: z.number().int().min(0).max(100_000) }).readonly())
        .min(1)
        .readonly(),
    })
    .readonly(),
])
export type DraftAction = z.infer<typeof DraftAction>

/** `ask`: shared inputs come back as a question (`needs: shared`); `include` / `exclude` answer it. */
export const SharedChoice = z.enum(['ask', 'include', 'exclude'])
export type SharedChoice = z.infer<typeof SharedChoice>

/** `push`: to the tracked branch. `pull-request`: to a branch of its own, to be merged there. `local`: the local branch alone. */
export const LandingMode = z.enum(['push', 'pull-request', 'local'])
export type LandingMode = z.infer<typeof LandingMode>

export const DraftRequest = z
  .object({
    appId: z.string(),
    action: DraftAction,
    shared: SharedChoice,
    landing: LandingMode.optional(),
    /** Answers to the conflicts of an earlier draft of the same request. */
    resolutions: z.array(Resolution).max(1_000).readonly().optional(),
  })
  .readonly()
export type DraftRequest = z.infer<typeof DraftRequest>

/** An input that other apps read too, and what this draft would change for them. */
export const SharedInput = z
  .object({
    path: z.string(),
    apps: z
      .array(z.object({ name: z.string(), words: z.array(z.string()).readonly() }).readonly())
      .readonly(),
  })
  .readonly()
export type SharedInput = z.infer<typeof SharedInput>

/** Where the commit will land. `refused` says why it cannot. */
export const Landing = z
  .object({
    mode: LandingMode,
    remote: z.string().optional(),
    /** The branch that a pull request would be made of, and the site of its page where the remote's address tells it. */
    proposal: z
      .object({ remote: z.string(), branch: z.string(), site: z.string().optional() })
      .readonly()
      .optional(),
    /** Git is configured to push to this remote, which is another repository than the tracked branch is fetched from. */
    pushesTo: z.string().optional(),
    branch: z.string(),
    base: Oid,
    /** What happens to the local branch: fast-forwarded, or left alone and why. */
    local: z.object({ fastForward: z.boolean(), words: z.string() }).readonly(),
  })
  .readonly()
export type Landing = z.infer<typeof Landing>

/** Where an edit goes and the proof that it does nothing else. */
export const EditPlace = z
  .object({
    key: ResourceKey,
    source: SourceLine,
    before: z.string(),
    after: z.string(),
    words: z.string(),
  })
  .readonly()
export type EditPlace = z.infer<typeof EditPlace>

/**
 * A proposed Git change with its previews, before it is in the user's repository. `fingerprint` = hash over base, tree, action
 * and landing; `draft.land` sends it back. `blocks` not empty = it cannot be landed; `needs` = questions to answer first.
 */
export const Draft = z
  .object({
    id: z.string(),
    appId: z.string(),
    action: DraftAction,
    fingerprint: z.string(),
    createdAt: z.string(),
    base: Oid,
    tree: Oid,
    /** The draft's commit in the quarantine with the proposed message; landing makes the final one. */
    preview: Oid,
    files: z.array(FileDiff).readonly(),
    manifests: z.array(ManifestDiff).readonly(),
    edits: z.array(EditPlace).readonly(),
    message: z
      .object({ subject: z.string(), body: z.string(), trailers: z.array(z.string()).readonly() })
      .readonly(),
    landing: Landing,
    shared: z.array(SharedInput).readonly(),
    /** Apps that return in the same commit, and what changes for them. */
    along: z
      .array(z.object({ name: z.string(), words: z.array(z.string()).readonly() }).readonly())
      .readonly()
      .optional(),
    conflicts: z.array(Conflict).readonly(),
    problems: z.array(Problem).readonly(),
    needs: z.array(z.enum(['shared', 'does-not-render'])).readonly(),
    blocks: z.array(z.object({ code: z.string(), message: z.string() }).readonly()).readonly(),
    warnings: z.array(z.string()).readonly(),
    renderedHash: z.string().optional(),
    /** How the commit will be signed, as Git is configured; absent = it is not. */
    signing: z
      .object({ format: z.enum(['openpgp', 'x509', 'ssh']), key: z.string().optional() })
      .readonly()
      .optional(),
  })
  .readonly()
export type Draft = z.infer<typeof Draft>

/** Approval of a draft as it was shown. With `sync`, the plan of its preview was shown and approved too. */
export const LandRequest = z
  .object({
    draftId: z.string(),
    fingerprint: z.string(),
    message: z.object({ subject: z.string().min(1).max(500), body: z.string().max(20_000) }).readonly(),
    acceptNotRendering: z.boolean(),
    confirmedContext: z.string().optional(),
    sync: z
      .object({
        planId: z.string(),
        fingerprint: z.string(),
        decisions: Decisions,
      })
      .readonly()
      .optional(),
  })
  .readonly()
export type LandRequest = z.infer<typeof LandRequest>
