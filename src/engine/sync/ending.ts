import { AppError } from '#contract'
import type { SyncRecord } from '#contract'
import type { Hints } from './parent.ts'
import type { Progress } from './progress.ts'
import type { Session } from './session.ts'
import type { SyncRequest, SyncResult } from './sync.ts'

/** How it ended. `complete` = every object was applied, whatever came of it. */
export type End = {
  readonly state: SyncResult['state']
  readonly complete: boolean
  readonly failure?: { readonly code: string; readonly message: string }
  readonly hints?: Hints
  readonly healthyAt?: string
}

export function failed(
  progress: Progress,
  step: 'apply' | 'health' | 'prune',
  code: string,
  message: string,
): End {
  progress.step(step, 'failed', message)
  return { state: 'failed', complete: false, failure: { code, message } }
}

export function cancelled(session: Session): End {
  const lost = session.lost()
  return lost === undefined
    ? {
        state: 'cancelled',
        complete: false,
        failure: { code: 'CANCELLED', message: 'Cancelled: nothing more was done.' },
      }
    : { state: 'stopped', complete: false, failure: { code: lost.code, message: lost.message } }
}

export function toEnd(error: unknown, session: Session, request: SyncRequest): End {
  if (session.signal.aborted && (session.lost() !== undefined || request.signal?.aborted === true))
    return cancelled(session)
  if (!(error instanceof AppError))
    return {
      state: 'failed',
      complete: false,
      failure: { code: 'INTERNAL', message: 'The sync failed inside Wheelhouse.' },
    }
  const state = error.code === 'SYNC_STOPPED' || error.code === 'SYNC_LOCKED' ? 'stopped' : 'failed'
  return {
    state,
    complete: false,
    failure: { code: error.code, message: error.message },
  }
}

/** Writes the record and gives the lock back, whatever happened. */
export async function conclude(
  request: SyncRequest,
  session: Session,
  progress: Progress,
  end: End,
): Promise<SyncResult> {
  progress.step('record', 'running')
  const counts = { ...progress.counts(), ...(end.complete ? { complete: 1 } : {}) }
  const result: Partial<SyncRecord> = {
    result: end.state === 'done' ? 'succeeded' : end.state === 'cancelled' ? 'cancelled' : 'failed',
    counts,
    ...(end.failure === undefined ? {} : { message: end.failure.message }),
    ...(end.healthyAt === undefined ? {} : { healthyAt: end.healthyAt }),
  }
  const told = {
    outcomes: progress.outcomes(),
    health: progress.healths(),
    ...(end.failure === undefined ? {} : { failure: end.failure }),
  }
  try {
    const record = await session.finish(result, end.hints)
    progress.step('record', 'done')
    return { state: end.state, ...told, record }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // The cluster is away: what was done stands, the lock runs out, and the journal knows.
    progress.step('record', 'failed', error.message)
    const { revision, renderedHash: hash } = request
    const record: SyncRecord = {
      revision,
      renderedHash: hash,
      who: '',
      startedAt: '',
      result: 'failed',
      counts,
      message: error.message,
    }
    return {
      state: end.state === 'done' ? 'failed' : end.state,
      ...told,
      failure: end.failure ?? { code: error.code, message: error.message },
      record,
    }
  }
}
