import { z } from 'zod'
import { Health } from './health.ts'
import { ResourceKey, SourceLine } from './resource.ts'
import { Commit, Oid } from './revision.ts'

export const Tool = z.enum(['plain', 'kustomize', 'helm'])
export type Tool = z.infer<typeof Tool>

/** Cruise control: `off` does nothing by itself, `report` compares on every new commit and drift and says so. */
export const Cruise = z.enum(['off', 'report'])
export type Cruise = z.infer<typeof Cruise>

/** Where the app's objects go. Absent in an app that only renders. */
export const Destination = z.object({ context: z.string().min(1), namespace: z.string().min(1) }).readonly()
export type Destination = z.infer<typeof Destination>

/** A path inside a repository: relative, `/`-separated, without `..`; `.` is the root. */
export const RepoPath = z
  .string()
  .min(1)
  .refine(
    (p) => !p.startsWith('/') && !p.split('/').includes('..') && !p.includes('\0'),
    'a path inside the repository',
  )
export type RepoPath = z.infer<typeof RepoPath>

/** A name fit for a ConfigMap `wheelhouse-<name>` and for a branch: DNS label of at most 50 characters. */
export const AppName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/, 'lower-case letters, digits and dashes')

/**
 * Images -> the source clone that they are built from. `image`: a repository without tag (`ghcr.io/acme/web`), the beginning of several
 * (`ghcr.io/acme/*`) or `*` for all of the app; the most exact one counts. `folder`: only commits that touch it. `tagName`: the name of
 * the tag of a version, where it is none of the usual ones (`release-{tag}`).
 */
export const AppSource = z
  .object({
    image: z
      .string()
      .max(500)
      .regex(
        /^(?:\*|[a-z0-9][\w.:/-]*)$|^[a-z0-9][\w.:/-]*\/\*$/i,
        'an image without its tag, the beginning of several (ghcr.io/acme/*), or *',
      )
      .refine((image) => !/:[^/]*$/.test(image), 'an image without its tag'),
    cloneId: z.string(),
    folder: RepoPath.optional(),
    tagName: z
      .string()
      .max(200)
      .refine((name) => name.split('{tag}').length === 2, 'the name of a tag with {tag} in it')
      .optional(),
  })
  .readonly()
export type AppSource = z.infer<typeof AppSource>

/** Source and tool of an app; what discovery proposes and the operator confirms. */
export const AppSpec = z
  .object({
    name: AppName,
    cloneId: z.string(),
    path: RepoPath,
    branch: z.string().min(1),
    tool: Tool,
    helm: z
      .object({ releaseName: z.string().min(1), valuesFiles: z.array(RepoPath).readonly() })
      .readonly()
      .optional(),
    destination: Destination.optional(),
    cruise: Cruise,
    sources: z.array(AppSource).max(100).readonly().optional(),
  })
  .readonly()
export type AppSpec = z.infer<typeof AppSpec>

export const App = z.object({ id: z.string(), spec: AppSpec }).readonly()
export type App = z.infer<typeof App>

/** What discovery found in a clone; `why` is the evidence in words (`chart with values-prod.yaml`). */
export const DiscoveredApp = z.object({ spec: AppSpec, why: z.string(), known: z.boolean() }).readonly()
export type DiscoveredApp = z.infer<typeof DiscoveredApp>

/** Is the app equal to Git? Everything but `synced` says why. */
export const SyncState = z
  .object({
    status: z.enum(['synced', 'out-of-sync', 'unknown', 'not-connected', 'companion']),
    message: z.string(),
    /** The commit that the last successful sync applied. */
    revision: Oid.optional(),
    changes: z.number().int(),
    undeclared: z.number().int(),
    /** Another one = a plan made now would show something else. Absent = nothing was compared yet. */
    digest: z.string().optional(),
  })
  .readonly()
export type SyncState = z.infer<typeof SyncState>

/** Summary of one sync record in the parent ConfigMap. `result` in past tense. */
export const SyncRecord = z
  .object({
    revision: Oid,
    renderedHash: z.string(),
    who: z.string(),
    startedAt: z.string(),
    finishedAt: z.string().optional(),
    result: z.enum(['succeeded', 'failed', 'cancelled', 'running']),
    healthyAt: z.string().optional(),
    counts: z.record(z.string(), z.number()),
    message: z.string().optional(),
  })
  .readonly()
export type SyncRecord = z.infer<typeof SyncRecord>

export const PodState = z.enum(['ready', 'starting', 'crashing', 'terminating', 'done', 'unknown'])
export type PodState = z.infer<typeof PodState>

/** One square: a pod, the commit whose template it runs, and its state with the reason. */
export const PodSquare = z
  .object({
    name: z.string(),
    uid: z.string(),
    state: PodState,
    reason: z.string().optional(),
    /** Newest commit, up to the last synced, since which the pod's template is unbroken; absent = unknown. */
    commit: Oid.optional(),
    restarts: z.number().int(),
  })
  .readonly()
export type PodSquare = z.infer<typeof PodSquare>

/** One workload of an app. `desired` is from Git at the tracked branch; `liveReplicas` from the cluster. */
export const Workload = z
  .object({
    key: ResourceKey,
    desired: z.number().int().optional(),
    source: SourceLine.optional(),
    /** Why the count cannot be edited here, if so (an autoscaler owns it, no source found …). */
    locked: z.string().optional(),
    autoscaler: z
      .object({ kind: z.string(), name: z.string(), min: z.number(), max: z.number() })
      .readonly()
      .optional(),
    liveReplicas: z.number().int().optional(),
    ready: z.number().int(),
    pods: z.array(PodSquare).readonly(),
    health: Health,
  })
  .readonly()
export type Workload = z.infer<typeof Workload>

/** One row of the Apps table. Rows carry only what the list shows. */
export const AppRow = z
  .object({
    id: z.string(),
    name: z.string(),
    tool: Tool,
    path: z.string(),
    cloneName: z.string(),
    branch: z.string(),
    destination: Destination.optional(),
    cruise: Cruise,
    tip: Commit.optional(),
    sync: SyncState,
    health: Health,
    /** The commit that explains a bad health (the one that is live and first had it), if it is known. */
    blame: Commit.optional(),
    ready: z.number().int(),
    desired: z.number().int(),
    pods: z.array(PodSquare).readonly(),
    lastSync: SyncRecord.optional(),
    /** A reason why this row could not be read; the other fields then hold the last known state. */
    problem: z.object({ code: z.string(), message: z.string() }).readonly().optional(),
  })
  .readonly()
export type AppRow = z.infer<typeof AppRow>
