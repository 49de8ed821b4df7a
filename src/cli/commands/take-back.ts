import { approve } from '../approve.ts'
import { Exit } from '../exit.ts'
import { follow } from '../follow.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import { showTrust } from '../trust.ts'

/** `take-back APP`: moves the branch back over our last commit, while no remote has it. */
export async function takeBack(
  session: Session,
  out: Output,
  appName: string | undefined,
  flags: { readonly yes?: boolean },
): Promise<void> {
  const app = await session.app(appName)
  const { last } = await session.client.call('commits.last', { appId: app.id })
  if (last === undefined)
    throw new Exit(3, `TAKE_BACK_NOTHING: the last commit of ${app.spec.branch} is none of Wheelhouse.`)
  const short = last.commit.slice(0, 7)
  if (last.pushed)
    throw new Exit(
      3,
      `TAKE_BACK_PUSHED: ${short} is on a remote; undo it with a commit: undo ${app.spec.name} ${short}`,
    )
  out.line(`${short} ${last.subject}`)
  for (const path of last.files) out.line(`  ${path}`)
  const trust = await showTrust(session, out, app)
  await approve(`Take it back from ${last.branch}?`, flags.yes)
  await trust()
  const { operationId } = await session.client.call('commits.take-back', {
    appId: app.id,
    commit: last.commit,
  })
  out.value(await follow(session, out, operationId))
}
