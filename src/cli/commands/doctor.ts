import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import { Exit } from '../exit.ts'

/** `doctor`: each check with its fix; exit 2 where one fails. */
export async function doctor(session: Session, out: Output): Promise<void> {
  const checks = await session.client.call('doctor.run', {})
  out.value(checks)
  for (const { title, state, found, fix } of checks) {
    const colour = state === 'ok' ? 'green' : state === 'fail' ? 'red' : 'yellow'
    out.line(`${out.paint(colour, state.padEnd(7))} ${title}: ${found}`)
    if (fix !== undefined) out.line(`        ${fix}`)
  }
  if (checks.some(({ state }) => state === 'fail')) throw new Exit(2)
}
