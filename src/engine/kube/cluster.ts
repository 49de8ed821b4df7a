import type { ResourceKey } from '#contract'
import type { JsonObject } from '#core'
import type { Discovery, GroupKind, ResourceType } from './discovery.ts'
import type { KubeHttp } from './http.ts'
import type { Watch, WatchListener } from './watch.ts'

export type ReadOptions = { readonly signal?: AbortSignal | undefined }

export type Scope = {
  /** Absent = all namespaces (ignored for cluster-scoped kinds). */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
}

/** Each item carries its `apiVersion` and `kind`, which the server leaves out of lists. */
export type ObjectList = { readonly items: readonly JsonObject[]; readonly resourceVersion: string }

export type WriteOptions = ReadOptions & {
  /** `All` on the wire: admission, defaults and validation run, nothing is stored. */
  readonly dryRun?: boolean
  /** `wheelhouse` unless told. Never one that starts with `kubectl`: Flux strips those. */
  readonly fieldManager?: string
  /** Hears the server's warnings (deprecated versions, unknown fields where not strict). */
  readonly onWarning?: (text: string) => void
}

export type ApplyOptions = WriteOptions & {
  /** Takes contested fields over; false unless told: a 409 then throws KUBE_CONFLICT with `data.causes`. */
  readonly force?: boolean
  /** `Strict` unless told. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore'
}

export type DeleteOptions = ReadOptions & {
  /** Precondition: another object of the same name is left alone (KUBE_CONFLICT). */
  readonly uid?: string
  readonly resourceVersion?: string
  readonly dryRun?: boolean
  /** `Background` unless told. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
}

/** `deleting` = a finalizer or a grace period still holds it. */
export type DeleteResult = 'deleted' | 'deleting' | 'missing'

export type JsonPatchOperation = {
  readonly op: 'add' | 'remove' | 'replace' | 'test'
  readonly path: string
  readonly value?: unknown
}

/** One entry of `data.causes` of a KUBE_CONFLICT that server-side apply answered with. */
export type ConflictCause = {
  /** The server's field path (`.spec.replicas`, `.spec.template.spec.containers[name="app"].image`). */
  readonly field: string
  readonly manager: string
  /** `Update` when the server names version and time, else `Apply`. */
  readonly operation: 'Apply' | 'Update'
  readonly subresource?: string
  readonly apiVersion?: string
  /** When that manager last changed anything on the object (ISO). Servers of today (1.36) leave it out: `managedFields` has it. */
  readonly at?: string
}

export type AccessQuestion = {
  readonly verb: string
  readonly group: string
  /** Plural (`deployments`), with a subresource if asked for (`pods/log`). */
  readonly resource: string
  readonly namespace?: string
  readonly name?: string
}
/** `unknown` = the question itself was refused or failed; never treated as allowed. */
export type AccessAnswer = AccessQuestion & {
  readonly answer: 'allowed' | 'denied' | 'unknown'
  readonly reason: string
}

export type LogOptions = ReadOptions & {
  readonly container?: string
  readonly previous?: boolean
  readonly tailLines?: number
}

/**
 * One cluster as one context sees it. Every call throws AppError with a KUBE_* code (CANCELLED after an abort); a Status of the server is kept in
 * `data` (`status`, `reason`, `causes`), without values that may be secret. Kinds that the server does not know: KUBE_UNKNOWN_KIND; kinds
 * of a group whose discovery failed: LIVE_UNKNOWN.
 */
export type Cluster = {
  readonly context: string
  readonly server: string
  /** Namespace of the context, `default` if it names none. */
  readonly namespace: string
  /** UID of `kube-system`; where that may not be read, `weak-` + hash of CA and server address. */
  readonly uid: string
  readonly weakIdentity: boolean
  /** As `/version` says it (`v1.36.3`); empty where that may not be read. */
  readonly version: string
  readonly http: KubeHttp
  /** Cached; `fresh` reads again. Groups that failed are listed, not left out. */
  readonly discovery: (options?: ReadOptions & { readonly fresh?: boolean }) => Promise<Discovery>
  /** Preferred version of a kind, or the version asked for. A miss reads discovery once more: CRDs come and go. */
  readonly resourceOf: (
    kind: GroupKind & { readonly version?: string },
    options?: ReadOptions,
  ) => Promise<ResourceType | undefined>
  /** undefined = the object is not there; a kind that is not there throws. */
  readonly get: (key: ResourceKey, options?: ReadOptions) => Promise<JsonObject | undefined>
  /** Whole list, read in pages of 500; begins again once when the server lost the page's snapshot (410). */
  readonly list: (kind: GroupKind, scope?: Scope, options?: ReadOptions) => Promise<ObjectList>
  /**
   * Live objects of a kind. Watches of the same kind and scope share one connection; a later listener gets a `reset` with what is known and the
   * state, before the call returns. Never throws: failures are `state` events, and it goes on trying until closed.
   */
  readonly watch: (kind: GroupKind, scope: Scope, listener: WatchListener) => Watch
  /** Server-side apply in the object's own apiVersion; answers with the object as the server would keep it. */
  readonly patchApply: (object: JsonObject, options?: ApplyOptions) => Promise<JsonObject>
  readonly jsonPatch: (
    key: ResourceKey,
    patch: readonly JsonPatchOperation[],
    options?: WriteOptions & { readonly subresource?: string },
  ) => Promise<JsonObject>
  /** JSON merge patch (RFC 7386). */
  readonly mergePatch: (
    key: ResourceKey,
    patch: JsonObject,
    options?: WriteOptions & { readonly subresource?: string },
  ) => Promise<JsonObject>
  /** Throws KUBE_CONFLICT with `data.reason = AlreadyExists` when there is one of this name. */
  readonly create: (object: JsonObject, options?: WriteOptions) => Promise<JsonObject>
  /** Needs `metadata.resourceVersion` in the object, or `resourceVersion` here: KUBE_CONFLICT when it moved. */
  readonly replace: (
    object: JsonObject,
    options?: WriteOptions & { readonly resourceVersion?: string },
  ) => Promise<JsonObject>
  readonly delete: (key: ResourceKey, options?: DeleteOptions) => Promise<DeleteResult>
  /** One SelfSubjectAccessReview each, eight at a time; answers in the order of the questions. */
  readonly canI: (
    questions: readonly AccessQuestion[],
    options?: ReadOptions,
  ) => Promise<readonly AccessAnswer[]>
  /** OpenAPI v3 document of a group-version (`apps/v1`, `v1`), cached by the server's hash; undefined = not served. */
  readonly openapi: (groupVersion: string, options?: ReadOptions) => Promise<JsonObject | undefined>
  /** Last lines of a container's log (200 unless told), bounded, without terminal escapes. */
  readonly logs: (
    pod: { readonly namespace: string; readonly name: string },
    options?: LogOptions,
  ) => Promise<string>
}
