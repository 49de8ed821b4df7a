import { mkdirSync, watch } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import type { EngineOptions } from '#engine'
import { openTestSession } from '../../helpers/session.ts'
import { decisions } from './kill-order.ts'
import type { KillOrder, Moment } from './kill-order.ts'

/** An engine in a process of its own that kills itself the moment its journal holds what it is told to die at. */
const order = JSON.parse(process.argv[2] ?? '') as KillOrder
type Entry = Parameters<NonNullable<EngineOptions['onRecorded']>>[0]

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function isMoment(entry: Entry, at: Moment): boolean {
  switch (at) {
    case 'begin':
    case 'outcome':
      return entry.type === at
    // Git has pushed, and that is not on record yet.
    case 'pushed':
      return entry.type === 'command' && entry.command.command.includes(' push ')
    case 'store':
    case 'hold':
    case 'push':
    case 'release': {
      const data = entry.type === 'note' ? entry.data : undefined
      return (
        (data as { readonly landing?: { readonly reached?: string } } | undefined)?.landing?.reached === at
      )
    }
    default:
      return entry.type === 'step' && entry.step.name === at && entry.step.state === 'running'
  }
}

const session = await openTestSession({
  kubeconfig: order.kubeconfig,
  dataDir: order.dataDir,
  onRecorded: (entry) => {
    if (order.do !== 'draft' && isMoment(entry, order.at)) die()
  },
})
const { client } = session
// Who is killed keeps nothing: the next one starts faster with it.
flushCompileCache()

if (order.do === 'resume') {
  await client.call('operations.resume', { operationId: order.operationId })
  await session.ended(order.operationId)
} else {
  if (order.at === 'building') {
    const folder = join(order.dataDir, 'drafts', String(process.pid))
    mkdirSync(folder, { recursive: true })
    watch(folder, die)
  }
  const { appId, action } = order
  const draft = await client.call('draft.create', { appId, action, shared: 'exclude' })
  if (order.at === 'created') die()
  const plan = await client.call('draft.plan', { draftId: draft.id })
  if (order.at === 'planned') die()
  const { operationId } = await client.call('draft.land', {
    draftId: draft.id,
    fingerprint: draft.fingerprint,
    message: { subject: draft.message.subject, body: draft.message.body },
    acceptNotRendering: false,
    sync: { planId: plan.id, fingerprint: plan.fingerprint, decisions },
  })
  await session.ended(operationId)
}
// Only when the moment never came.
await session.close('keep')
