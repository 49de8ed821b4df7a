import type { Workload } from '#contract'
import type { Manifest } from '#core'
import type { Cluster } from '../kube/index.ts'

/** What one commit of the app's timeline renders to; only the workloads are looked at. */
export type RenderedCommit = { readonly oid: string; readonly manifests: readonly Manifest[] }

export type WorkloadsRequest = {
  readonly cluster: Cluster
  readonly namespace: string
  /** Desired at the tracked branch. */
  readonly manifests: readonly Manifest[]
  /** Newest first, without gaps on the first parent; read again at each change, so it may grow while it is rendered. */
  readonly commits: () => readonly RenderedCommit[]
  /** Revision of the last sync that applied everything: no pod runs a newer commit. */
  readonly lastSynced: () => string | undefined
}

/** All workloads of an app with their pods, complete each time; `live` is false while a watch is cut. */
export type WorkloadsSeen = {
  readonly workloads: readonly Workload[]
  readonly live: boolean
  readonly failure?: { readonly code: string; readonly message: string }
}

export type WorkloadsWatch = {
  /** Desired state, commits or the last synced revision changed: computed again. */
  readonly refresh: (manifests?: readonly Manifest[]) => void
  readonly close: () => void
}
