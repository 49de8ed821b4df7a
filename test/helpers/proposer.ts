import { armKillingGit } from './killing-git.ts'
import { openTestSession } from './session.ts'
import type { EngineOptions } from '#engine'

type Entry = Parameters<NonNullable<EngineOptions['onRecorded']>>[0]
type Noted = {
  readonly landing?: {
    readonly landed?: true
    readonly pull?: { readonly branch?: string; readonly pushed?: true; readonly merged?: string }
  }
}

/** When an engine that lands a pull request kills itself: the moment its journal holds it, before what it announces is begun. */
export const moments = {
  /** Before anything is asked of the engine: for a git that kills it. */
  start: () => false,
  begin: (entry: Entry) => entry.type === 'begin',
  commit: (entry: Entry) => isRunning(entry, 'commit'),
  push: (entry: Entry) => isRunning(entry, 'push'),
  named: (entry: Entry) => pullOf(entry)?.branch !== undefined && pullOf(entry)?.pushed === undefined,
  sent: (entry: Entry) => entry.type === 'command' && entry.command.command.includes(' push '),
  pushed: (entry: Entry) => pullOf(entry)?.pushed === true,
  merge: (entry: Entry) => isRunning(entry, 'merge'),
  wait: (entry: Entry) => entry.type === 'wait',
  found: (entry: Entry) =>
    entry.type === 'step' && entry.step.name === 'merge' && entry.step.state === 'done',
  merged: (entry: Entry) => pullOf(entry)?.merged !== undefined,
  follow: (entry: Entry) => isRunning(entry, 'fast-forward'),
  moved: (entry: Entry) =>
    entry.type === 'command' && entry.command.command.includes(' update-ref -m wheelhouse'),
  landed: (entry: Entry) => noted(entry)?.landing?.landed === true,
} as const
export type Moment = keyof typeof moments

export type ProposerOrder =
  | { readonly do: 'take-back'; readonly dataDir: string; readonly appId: string; readonly at: Moment }
  | { readonly do: 'land'; readonly dataDir: string; readonly appId: string; readonly at: Moment }
  | { readonly do: 'look'; readonly dataDir: string; readonly operationId: string; readonly at: Moment }

function isRunning(entry: Entry, name: string): boolean {
  return entry.type === 'step' && entry.step.name === name && entry.step.state === 'running'
}

function noted(entry: Entry): Noted | undefined {
  return entry.type === 'note' ? (entry.data as Noted | undefined) : undefined
}

function pullOf(entry: Entry) {
  return noted(entry)?.landing?.pull
}

async function run(order: ProposerOrder): Promise<void> {
  const { client, ended, close } = await openTestSession({
    dataDir: order.dataDir,
    onRecorded: (entry) => {
      if (!moments[order.at](entry)) return
      if (process.env.KILL_ARM === undefined) process.kill(process.pid, 'SIGKILL')
      else armKillingGit()
    },
  })
  if (order.at === 'start') armKillingGit()
  if (order.do === 'take-back') {
    const { last } = await client.call('commits.last', { appId: order.appId })
    const { operationId } = await client.call('commits.take-back', {
      appId: order.appId,
      commit: last?.commit ?? '',
    })
    await ended(operationId)
  } else if (order.do === 'look') {
    await client.call('operations.resume', { operationId: order.operationId })
    await ended(order.operationId)
  } else {
    const key = { group: 'apps', kind: 'Deployment', namespace: '', name: 'web' }
    const { id, fingerprint, message } = await client.call('draft.create', {
      appId: order.appId,
      action: { kind: 'scale', edits: [{ key, replicas: 5 }] },
      shared: 'ask',
      landing: 'pull-request',
    })
    const { operationId } = await client.call('draft.land', {
      draftId: id,
      fingerprint,
      message: { subject: message.subject, body: message.body },
      acceptNotRendering: false,
    })
    await ended(operationId)
  }
  await close('keep')
}

const [given] = process.argv.slice(2)
if (import.meta.main && given !== undefined) await run(JSON.parse(given) as ProposerOrder)
