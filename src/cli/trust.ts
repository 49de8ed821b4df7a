import type { App } from '#contract'
import type { Output } from './output.ts'
import type { Session } from './session.ts'

/**
 * Shows what the clone's own configuration would run or use while a commit lands. What is approved next includes it: the answer trusts the clone as it
 * was shown.
 */
export async function showTrust(session: Session, out: Output, app: App): Promise<() => Promise<void>> {
  const { cloneId } = app.spec
  const { runs, fingerprint } = await session.client.call('clones.inspect', { cloneId })
  if (runs.length === 0) return () => Promise.resolve()
  out.line(out.paint('yellow', "The clone's own configuration would run or use:"))
  for (const one of runs) out.line(out.paint('yellow', `  ${one}`))
  return async () => {
    await session.client.call('clones.trust', { cloneId, fingerprint })
  }
}
