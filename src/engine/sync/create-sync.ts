import { randomUUID } from 'node:crypto'
import { systemClock } from './clock.ts'
import { createCompareCache } from './compare-cache.ts'
import { createPlan } from './create-plan.ts'
import { lockUntil, readLock } from './lock.ts'
import { observeApp } from './observe.ts'
import { readParent } from './parent.ts'
import { lastSyncedOf, readRecords, toRecord } from './records.ts'
import type { Room } from './room.ts'
import { runSync } from './run-sync.ts'
import type { AppRecord, Sync, SyncPorts } from './sync.ts'

/** The cluster half: one per engine, so that its cache of comparisons serves plans, runs and watches alike. */
export function createSync(ports: SyncPorts): Sync {
  const room: Room = {
    who: ports.who,
    version: ports.version,
    clock: ports.clock ?? systemClock,
    newId: ports.newId ?? randomUUID,
    merge: ports.merge,
    cache: createCompareCache(),
  }
  return {
    createPlan: (request) => createPlan(room, request),
    runSync: (request) => runSync(room, request),
    readRecord: async (cluster, target, options = {}) =>
      toAppRecord(room, await readParent(cluster, target, options.signal)),
    observeApp: (desired, onObserved) => observeApp(room, desired, onObserved),
  }
}

function toAppRecord(room: Room, parent: Parameters<typeof readRecords>[0]): AppRecord {
  const records = readRecords(parent).map(toRecord)
  const lock = readLock(parent)
  const until = lock === undefined ? 0 : lockUntil(lock)
  return {
    records,
    lastSynced: lastSyncedOf(records),
    lock:
      lock === undefined
        ? undefined
        : { holder: lock.holder, until: new Date(until).toISOString(), expired: until <= room.clock.now() },
  }
}
