import { approve, decisionsOf } from '../approve.ts'
import { Exit } from '../exit.ts'
import { follow } from '../follow.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import { printPlan } from './diff.ts'

export type SyncFlags = {
  readonly revision?: string
  readonly prune?: boolean
  readonly yes?: boolean
  readonly confirmContext?: string
}

/** `sync APP`: plan, show, approve, apply, wait; progress per object. */
export async function sync(
  session: Session,
  out: Output,
  appName: string | undefined,
  flags: SyncFlags,
): Promise<void> {
  const app = await session.app(appName)
  const plan = await session.client.call('plan.create', {
    appId: app.id,
    ...(flags.revision === undefined ? {} : { revision: flags.revision }),
  })
  printPlan(plan, out)
  const [block] = plan.blocks.filter(({ code }) => code !== 'ANCESTRY' || flags.revision === undefined)
  if (block !== undefined) throw new Exit(3, `${block.code}: ${block.message}`)
  const todo = plan.changes.filter(
    ({ action }) =>
      ['create', 'update', 'replace'].includes(action) || (action === 'prune' && flags.prune === true),
  )
  if (todo.length === 0 && plan.synced) {
    out.value({ state: 'done', outcomes: [] })
    return
  }
  await approve(`Sync ${app.spec.name} to ${plan.revision.slice(0, 7)}?`, flags.yes)
  const decisions = decisionsOf(plan, {
    ...(flags.prune === undefined ? {} : { prune: flags.prune }),
    rollback: flags.revision !== undefined,
    ...(flags.confirmContext === undefined ? {} : { confirmedContext: flags.confirmContext }),
  })
  const { operationId } = await session.client.call('sync.run', {
    planId: plan.id,
    fingerprint: plan.fingerprint,
    decisions,
  })
  out.value(await follow(session, out, operationId))
}
