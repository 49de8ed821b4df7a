/** The only room that writes to a cluster: plan, run, apply, prune, wait, inventory, and the watch over a running app. */
export { systemClock } from './clock.ts'
export { createSync } from './create-sync.ts'
export { createLiveStore, healthScopes } from './live-store.ts'
export type { LiveStore, WatchScope } from './live-store.ts'
export { applySetId, parentName } from './parent.ts'
export { lastSyncedOf } from './records.ts'
export type {
  AppRecord,
  Clock,
  DesiredState,
  History,
  LocalMerge,
  Observation,
  Observed,
  Planned,
  PlanRequest,
  Sync,
  SyncEvent,
  SyncPorts,
  SyncRequest,
  SyncResult,
  SyncTarget,
} from './sync.ts'
export { createWasmMerge } from './wasm-merge.ts'
