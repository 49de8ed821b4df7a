import { AppError } from '#contract'
import type { SyncRecord } from '#contract'
import type { JsonObject } from '#core'
import { isoTime } from './clock.ts'
import { holdLock, lockAnnotation, readLock, renewMs, takeLock } from './lock.ts'
import type { Lock } from './lock.ts'
import { hintAnnotations, joinHints, readHints, updateParent } from './parent.ts'
import type { Hints } from './parent.ts'
import { dropRecord, readRecords, toRecord, writeRecord } from './records.ts'
import type { StoredRecord } from './records.ts'
import { retrying } from './retry.ts'
import type { Room } from './room.ts'
import type { SyncRequest } from './sync.ts'

/** The lock and the record of one sync: held from before its first write to the app's objects. */
export type Session = {
  /** As it was before this sync. */
  readonly before: JsonObject | undefined
  /** Aborts when somebody took the lock over, or when the request's own signal does. */
  readonly signal: AbortSignal
  /** Why it aborted, if not by the operator. */
  readonly lost: () => AppError | undefined
  /** Reads the lock again: SYNC_LOCKED when it is no longer ours. */
  readonly confirm: () => Promise<void>
  /** Gives the lock back as if this sync had never been: it was refused before it touched an object of the app. */
  readonly abandon: () => Promise<void>
  /** Writes the final record, sets the hints to what is left, and gives the lock back. */
  readonly finish: (result: Partial<SyncRecord>, hints: Hints | undefined) => Promise<SyncRecord>
}

/** Takes the lock (SYNC_LOCKED), widens the hints to old and new kinds, and puts the running sync on record, all in one guarded write. */
export async function openSession(room: Room, request: SyncRequest, hints: Hints): Promise<Session> {
  const { cluster, target, operationId, revision } = request
  const { clock, who, version } = room
  const parentRequest = { cluster, target, version }
  let before: JsonObject | undefined
  let record: StoredRecord = {
    operationId,
    revision,
    renderedHash: request.renderedHash,
    who,
    startedAt: isoTime(clock),
    result: 'running',
    counts: {},
  }
  await updateParent({ ...parentRequest, signal: request.signal }, (parent) => {
    before = parent
    const lock = takeLock(readLock(parent), { operationId, holder: who, revision }, clock)
    const earlier = readRecords(parent).find((one) => one.operationId === operationId)
    record = { ...record, startedAt: earlier?.startedAt ?? record.startedAt }
    return {
      annotations: {
        ...hintAnnotations(joinHints(readHints(parent), hints)),
        [lockAnnotation]: JSON.stringify(lock),
      },
      data: writeRecord(parent, record),
    }
  })
  const abort = new AbortController()
  let lost: AppError | undefined
  const renew = async () => {
    await updateParent(parentRequest, (parent) => {
      const lock: Lock = { ...holdLock(readLock(parent), operationId), renewedAt: isoTime(clock) }
      return { annotations: { [lockAnnotation]: JSON.stringify(lock) }, data: {} }
    })
  }
  const stopRenewing = every(room, renewMs, () =>
    renew().catch((error: unknown) => {
      // An outage is no loss: the lease outlives two renewals.
      if (!(error instanceof AppError) || error.code !== 'SYNC_LOCKED') return
      lost = error
      abort.abort()
    }),
  )
  return {
    before,
    signal: request.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, request.signal]),
    lost: () => lost,
    confirm: () => retrying({ clock, signal: request.signal }, renew),
    abandon: async () => {
      stopRenewing()
      await updateParent(parentRequest, (parent) => ({
        annotations: { ...hintAnnotations(readHints(before)), [lockAnnotation]: undefined },
        data: dropRecord(parent, operationId),
      }))
    },
    finish: async (result, left) => {
      stopRenewing()
      const final: StoredRecord = { ...record, ...result, finishedAt: isoTime(clock) }
      const patienceMs = result.result === 'succeeded' ? undefined : 10_000
      await retrying({ clock, ...(patienceMs === undefined ? {} : { patienceMs }) }, () =>
        updateParent(parentRequest, (parent) => {
          // Taken over meanwhile: the other one's lock and hints stay as they are.
          const ours = readLock(parent)?.operationId === operationId
          return {
            annotations: ours
              ? { [lockAnnotation]: undefined, ...(left === undefined ? {} : hintAnnotations(left)) }
              : {},
            data: writeRecord(parent, final),
          }
        }),
      )
      return toRecord(final)
    },
  }
}

function every(room: Room, ms: number, task: () => Promise<void>): () => void {
  let cancel = () => {}
  let stopped = false
  const next = () => {
    if (!stopped) cancel = room.clock.after(ms, () => void task().finally(next))
  }
  next()
  return () => {
    stopped = true
    cancel()
  }
}
