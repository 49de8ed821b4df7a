import type { AppRow } from '#contract'
import type { Session } from './session.ts'

/** Rows of all apps as they change; ends by itself once the time is over, so that who waits can say what is known then. */
export async function* watchApps(session: Session, timeoutMs: number): AsyncGenerator<readonly AppRow[]> {
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    for await (const delta of session.client.stream('apps.watch', {}, { signal: limit })) yield delta.upserts
  } catch (error) {
    if (!limit.aborted) throw error
  }
}
