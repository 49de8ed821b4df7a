import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Api, AppSpec, Client, DraftAction, Operation } from '#contract'
import { CallError } from '#contract'
import { yes } from '../engine/journey/scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import type { TestSession } from '../helpers/session.ts'
import type { PlantedOrder } from './planted-order.ts'

/** A session over the planted repository that writes down all that leaves the engine. */
export type PlantedJob = {
  readonly order: PlantedOrder
  readonly repo: TestRepo
  readonly client: Client<Api>
  readonly session: TestSession
  readonly cloneId: string
  readonly apps: readonly { readonly id: string; readonly spec: AppSpec }[]
  readonly app: (name: string) => { readonly id: string; readonly spec: AppSpec }
  /** Adds to a file of `order.out`. */
  readonly write: (file: string, text: string) => void
  /** A call that may fail: its failure is kept beside the frames. */
  readonly attempt: (call: () => Promise<unknown>) => Promise<void>
  readonly sync: (appId: string) => Promise<Operation>
  readonly land: (action: DraftAction) => Promise<Operation>
  readonly close: () => Promise<void>
}

export async function openPlantedJob(
  order: PlantedOrder,
  repo: TestRepo,
  kubeconfig: string,
): Promise<PlantedJob> {
  const write: PlantedJob['write'] = (file, text) => appendFileSync(join(order.out, file), `${text}\n`)
  const session = await openTestSession({
    kubeconfig,
    dataDir: order.dataDir,
    onFrame: (frame) => write('frames', JSON.stringify(frame)),
  })
  const { client } = session
  const clone = await client.call('clones.add', { path: repo.clone })
  const apps: { id: string; spec: AppSpec }[] = []
  for (const { spec } of await client.call('apps.discover', { cloneId: clone.id })) {
    const placed = { ...spec, destination: { context: 'planted', namespace: order.namespace } }
    const { id } = await client.call('apps.add', placed)
    apps.push({ id, spec: placed })
    await session.rowWhere(id, ({ sync }) => sync.status !== 'unknown')
  }
  const app: PlantedJob['app'] = (name) => {
    const found = apps.find(({ spec }) => spec.name === name)
    if (found === undefined) throw new Error(`${name} was not discovered.`)
    return found
  }
  // What a window listens to all the time.
  const listening = new AbortController()
  const { signal } = listening
  const streams = [
    client.stream('workspace.watch', {}, { signal }),
    client.stream('connections.watch', {}, { signal }),
    client.stream('apps.watch', {}, { signal }),
    client.stream('operations.watch', {}, { signal }),
    client.stream('replicas.watch', { appId: app('web').id }, { signal }),
  ].map(drain)
  const attempt: PlantedJob['attempt'] = async (call) => {
    try {
      await call()
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      write('failures', JSON.stringify(error.failure))
    }
  }
  return {
    order,
    repo,
    client,
    session,
    cloneId: clone.id,
    apps,
    app,
    write,
    attempt,
    sync: (appId) => sync(session, appId),
    land: (action) => land(session, app('web').id, action),
    close: async () => {
      listening.abort()
      await Promise.all(streams)
      for (const line of session.log) write('log', line)
      await session.close('keep')
    },
  }
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _item of stream) continue
  } catch (error) {
    if (!(error instanceof CallError)) throw error
  }
}

async function sync({ client, ended }: TestSession, appId: string): Promise<Operation> {
  const plan = await client.call('plan.create', { appId })
  for (const { key } of plan.changes) await client.call('plan.diff', { planId: plan.id, key })
  const approved = { planId: plan.id, fingerprint: plan.fingerprint, decisions: yes }
  return ended((await client.call('sync.run', approved)).operationId)
}

async function land({ client, ended }: TestSession, appId: string, action: DraftAction): Promise<Operation> {
  const draft = await client.call('draft.create', { appId, action, shared: 'exclude' })
  const plan = await client.call('draft.plan', { draftId: draft.id })
  const { operationId } = await client.call('draft.land', {
    draftId: draft.id,
    fingerprint: draft.fingerprint,
    message: { subject: draft.message.subject, body: draft.message.body },
    acceptNotRendering: true,
    sync: { planId: plan.id, fingerprint: plan.fingerprint, decisions: yes },
  })
  return ended(operationId)
}

/** The part of the run that must end well, or the search has nothing to search. */
export function mustBeDone(operation: Operation): Operation {
  if (operation.state !== 'done') throw new Error(`Not done: ${JSON.stringify(operation, undefined, 1)}`)
  return operation
}
