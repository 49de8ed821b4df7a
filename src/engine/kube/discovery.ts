export type GroupKind = { readonly group: string; readonly kind: string }

/** One kind as the server serves it. */
export type ResourceType = {
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Name in URLs (`deployments`). */
  readonly plural: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly subresources: readonly string[]
}

/** What a server serves, as of one moment. */
export type Discovery = {
  /** Every kind once per version, the server's preferred version of a group first. */
  readonly resources: readonly ResourceType[]
  /** `v1`, `apps/v1`, … in the server's order. */
  readonly groupVersions: readonly string[]
  /** Groups that could not be read (an aggregated API that is down): their kinds are unknown, not absent. */
  readonly failedGroups: readonly string[]
}
