import { SyncRecord } from '#contract'
import { isObject, stringsAt } from '#core'
import type { JsonObject } from '#core'

const field = 'sync-records'
const kept = 20

/** A record as it is stored: with the operation that made it, so that a resumed run writes its own one. */
export type StoredRecord = SyncRecord & { readonly operationId: string }

/** Newest first. What cannot be read (a newer version wrote it, somebody edited it) is left out. */
export function readRecords(parent: JsonObject | undefined): readonly StoredRecord[] {
  const text = stringsAt(parent, 'data')[field]
  if (text === undefined) return []
  const values = parseList(text)
  return values.flatMap((value) => {
    const record = SyncRecord.safeParse(value)
    const operationId = isObject(value) && typeof value.operationId === 'string' ? value.operationId : ''
    return record.success ? [{ ...record.data, operationId }] : []
  })
}

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    // Edited by hand: the records are lost, the sync is not.
    return []
  }
}

/** The record of an operation takes the place of its former state, or stands first; about 20 are kept. No secret is ever in one. */
export function writeRecord(
  parent: JsonObject | undefined,
  record: StoredRecord,
): Readonly<Record<string, string>> {
  const others = readRecords(parent).filter(({ operationId }) => operationId !== record.operationId)
  return { [field]: JSON.stringify([record, ...others].slice(0, kept)) }
}

export function dropRecord(
  parent: JsonObject | undefined,
  operationId: string,
): Readonly<Record<string, string>> {
  return {
    [field]: JSON.stringify(readRecords(parent).filter((record) => record.operationId !== operationId)),
  }
}

/** Revision of the newest sync that applied everything, whatever became of its health: that is what runs. */
export function lastSyncedOf(records: readonly SyncRecord[]): string | undefined {
  return records.find(({ result, counts }) => result === 'succeeded' || counts.complete === 1)?.revision
}

export function toRecord({ operationId: _operationId, ...record }: StoredRecord): SyncRecord {
  return record
}
