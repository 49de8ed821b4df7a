/** The only room that writes to a cluster: plan, run, apply, prune, wait, inventory, and the watch over a running app. `createSync(ports: SyncPorts): Sync`. */
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
