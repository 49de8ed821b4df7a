import { AppError } from '#contract'
import { stringAt, stringsAt } from '#core'
import type { JsonObject } from '#core'
import type { Clock } from './sync.ts'

export const lockAnnotation = 'wheelhouse.app/lock'
/** A lock that was not renewed for this long may be taken over. */
export const leaseMs = 60_000
export const renewMs = 20_000

/** Who syncs an app. Written with resourceVersion as the guard, so that one of two wins. */
export type Lock = {
  readonly operationId: string
  readonly holder: string
  readonly revision: string
  readonly startedAt: string
  readonly renewedAt: string
}

export function readLock(parent: JsonObject | undefined): Lock | undefined {
  const text = stringsAt(parent, 'metadata', 'annotations')[lockAnnotation]
  if (text === undefined) return undefined
  const value = parse(text)
  const read = (name: string) => stringAt(value, name) ?? ''
  return {
    operationId: read('operationId'),
    holder: read('holder'),
    revision: read('revision'),
    startedAt: read('startedAt'),
    renewedAt: read('renewedAt'),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Unreadable: it counts as a lock that ran out, never as none.
    return {}
  }
}

export function lockUntil(lock: Lock): number {
  const renewed = Date.parse(lock.renewedAt)
  return Number.isNaN(renewed) ? 0 : renewed + leaseMs
}

/** The lock for an operation, or SYNC_LOCKED while another one holds it. The same operation takes up its own after a crash. */
export function takeLock(
  current: Lock | undefined,
  wanted: Pick<Lock, 'operationId' | 'holder' | 'revision'>,
  clock: Clock,
): Lock {
  const now = new Date(clock.now()).toISOString()
  if (
    current !== undefined &&
    current.operationId !== wanted.operationId &&
    lockUntil(current) > clock.now()
  ) {
    const seconds = Math.ceil((lockUntil(current) - clock.now()) / 1000)
    throw new AppError('SYNC_LOCKED', {
      message: `${current.holder} is syncing ${current.revision.slice(0, 7)}; the lock runs out in ${seconds} s unless it is renewed.`,
      subject: current.holder,
      retryable: true,
      data: { holder: current.holder, until: new Date(lockUntil(current)).toISOString() },
    })
  }
  const startedAt = current?.operationId === wanted.operationId ? current.startedAt : now
  return { ...wanted, startedAt, renewedAt: now }
}

/** Still ours? Else SYNC_LOCKED: whoever took it over goes on, we stop. */
export function holdLock(current: Lock | undefined, operationId: string): Lock {
  if (current?.operationId === operationId) return current
  throw new AppError('SYNC_LOCKED', {
    message: `The lock of this sync was taken over by ${current?.holder ?? 'somebody'}.`,
  })
}
