import type {
  Change,
  Commit,
  Decisions,
  Health,
  ManifestDiff,
  Outcome,
  Plan,
  Problem,
  ResourceHealth,
  ResourceKey,
  Step,
  SyncRecord,
  SyncState,
} from '#contract'
import type { JsonObject, Manifest } from '#core'
import type { Cluster, ConflictCause } from '../kube/index.ts'

/** Time as a port: tests turn it by hand, nothing sleeps. `after` gives the function that cancels. */
export type Clock = {
  readonly now: () => number
  readonly after: (ms: number, callback: () => void) => () => void
}

/** What upstream's own merge makes of an apply; needs no right to patch. `schemas` = OpenAPI v3 documents of the object's group-version. */
export type LocalMerge = (request: {
  readonly live: JsonObject | undefined
  readonly applied: JsonObject
  readonly manager: string
  readonly force: boolean
  readonly openapi: JsonObject
}) => Promise<{ readonly object: JsonObject } | { readonly conflicts: readonly ConflictCause[] }>

export type SyncPorts = {
  /** `user@host`, for the lock and the sync record. */
  readonly who: string
  /** Semantic version of Wheelhouse: the ApplySet's tooling is `wheelhouse/v<version>`. */
  readonly version: string
  readonly clock?: Clock
  readonly newId?: () => string
  /** Absent = objects that may not be dry-run are shown as `unknown`. */
  readonly merge?: LocalMerge
}

/** The app as the cluster half knows it. `namespace` is the destination: it holds the ApplySet's parent `wheelhouse-<appName>`. */
export type SyncTarget = { readonly appId: string; readonly appName: string; readonly namespace: string }

/** What Git knows; `undefined` = a commit that is not in this clone. */
export type History = {
  readonly isAncestor: (ancestor: string, descendant: string) => Promise<boolean | undefined>
  /** Commits after `from` up to `to`, newest first. */
  readonly between: (from: string, to: string) => Promise<readonly Commit[]>
}

export type DesiredState = {
  readonly target: SyncTarget
  readonly cluster: Cluster
  readonly revision: string
  /** As rendered: normalised here. */
  readonly manifests: readonly Manifest[]
  /** Of the render (`renderedHash`): what is approved and what is applied must agree in it. */
  readonly renderedHash: string
  readonly history?: History | undefined
}

export type PlanRequest = DesiredState & {
  /** Rendering problems: each blocks the plan. */
  readonly problems?: readonly Problem[]
  readonly signal?: AbortSignal | undefined
}

/** A plan and both sides of its changes as YAML, secrets masked (`undefined` = the plan has no such change). */
export type Planned = {
  readonly plan: Plan
  readonly diffOf: (key: ResourceKey) => ManifestDiff | undefined
}

export type SyncEvent =
  | { readonly type: 'step'; readonly step: Step }
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  | { readonly type: 'health'; readonly health: ResourceHealth }

export type SyncRequest = DesiredState & {
  /** As approved: looked up by id and fingerprint, never taken from the window. */
  readonly plan: Plan
  readonly decisions: Decisions
  /** Of the journal's operation. A run with the same id takes up its own lock after a crash. */
  readonly operationId: string
  /** Typed by the operator before (see `checkApproval`). */
  readonly context?: { readonly name: string; readonly protected: boolean }
  /** How long each wave may take to become healthy; ten minutes unless told. */
  readonly healthTimeoutMs?: number
  readonly onEvent: (event: SyncEvent) => void
  readonly signal?: AbortSignal | undefined
}

/** `stopped` = the world moved (SYNC_STOPPED): make a new plan and show it. Nothing is thrown once the first write has been sent. */
export type SyncResult = {
  readonly state: 'done' | 'failed' | 'cancelled' | 'stopped'
  readonly outcomes: readonly Outcome[]
  readonly health: readonly ResourceHealth[]
  readonly failure?: { readonly code: string; readonly message: string }
  readonly record: SyncRecord
}

/** What the app's parent ConfigMap says: the sync records, newest first, and the revision that is live. */
export type AppRecord = {
  readonly records: readonly SyncRecord[]
  /** Revision of the newest sync that applied everything. */
  readonly lastSynced: string | undefined
  readonly lock: { readonly holder: string; readonly until: string; readonly expired: boolean } | undefined
}

/** One look at a running app; each is complete. */
export type Observed = {
  readonly sync: SyncState
  /** Who else syncs the app, as in `Plan.companion`. */
  readonly companion: string | undefined
  readonly health: Health
  readonly resources: readonly ResourceHealth[]
  /** Changes a plan of the same desired state would have now. */
  readonly changes: readonly Change[]
  readonly lastSync: SyncRecord | undefined
  /** False while a watch is cut: the rest is the last known state. */
  readonly live: boolean
  readonly at: string
}

export type Observation = {
  /** Another desired state (a new tip): compared at once. */
  readonly setDesired: (desired: DesiredState) => void
  readonly close: () => void
}

export type Sync = {
  /**
   * Reads live, compares (server dry-run, cached), checks guards and gives the plan. Throws KUBE_* when the cluster cannot be reached
   * at all; what single objects lack is in their change. Writes nothing.
   */
  readonly createPlan: (request: PlanRequest) => Promise<Planned>
  /**
   * Carries out an approved plan. Throws before anything was written: CLUSTER_CHANGED, PLAN_STALE, PLAN_BLOCKED, PLAN_NOT_APPROVED,
   * CONTEXT_NOT_CONFIRMED, COMPANION_MODE, HOOKS_NOT_SUPPORTED, ANCESTRY, SYNC_LOCKED, APPLYSET_FOREIGN, KUBE_*. The same plan run again goes on from what is done.
   */
  readonly runSync: (request: SyncRequest) => Promise<SyncResult>
  /** The parent's records; empty where the app was never synced. LIVE_UNKNOWN, KUBE_*. */
  readonly readRecord: (
    cluster: Cluster,
    target: SyncTarget,
    options?: { readonly signal?: AbortSignal | undefined },
  ) => Promise<AppRecord>
  /** Follows an app by watches until closed: drift and health without refreshing. First item when everything is read. */
  readonly observeApp: (desired: DesiredState, onObserved: (observed: Observed) => void) => Observation
}
