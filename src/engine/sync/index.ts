/** The only room that writes to a cluster: plan, run, apply, prune, wait, inventory, and the watch over a running app. */
export { createSync } from './create-sync.ts'
export { lastSyncedOf } from './records.ts'
export type {
  DesiredState,
  History,
  Observed,
  Planned,
  Sync,
  SyncEvent,
  SyncPorts,
  SyncRequest,
  SyncResult,
} from './sync.ts'
export { createWasmMerge } from './wasm-merge.ts'
