import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { api, connect } from '#contract'
import type { Api, AppRow, Client, TimelineRow } from '#contract'
import { openDemoPort } from '#demo'
import { serveApp } from '../e2e/served-app.ts'
import { toClientPipe } from '../web/web-client.ts'
import type { Row } from './row.ts'

const runs = 5

/** Each call that a screen waits for, on the demo in a process of its own over the real pipe: the median of five, first ones left out. */
export async function callRows(): Promise<readonly Row[]> {
  const workspace = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
  execFileSync(process.execPath, ['out/cli/main.js', '--workspace', workspace, 'demo'])
  const served = await serveApp(['--workspace', workspace])
  try {
    const url = new URL(served.url)
    const token = url.hash.slice(1).replace(/^.*=/, '')
    const socket = new WebSocket(`ws://${url.host}/`, ['wh', `wh.${token}`], { origin: url.origin })
    await once(socket, 'open')
    const rows = await measure(connect(api, toClientPipe(socket)))
    socket.close()
    return rows
  } finally {
    await served.stop()
    await openDemoPort(join(workspace, 'demo')).stop()
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function measure(client: Client<Api>): Promise<readonly Row[]> {
  const app = await appNamed(client, 'shop-web')
  const timeline = await timelineOf(client, app.id)
  const target = timeline[1]?.commit.oid ?? ''
  const appId = app.id
  const draft = async () =>
    client.call('draft.create', { appId, action: { kind: 'return', commit: target }, shared: 'exclude' })
  const { id: draftId } = await draft()
  const plan = await client.call('draft.plan', { draftId })
  const key = plan.changes[0]?.key
  if (key === undefined) throw new Error('The plan is empty.')
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    'workspace.watch': () => firstOf(client.stream('workspace.watch', {})),
    'apps.watch': () => firstOf(client.stream('apps.watch', {})),
    'replicas.watch': () => firstOf(client.stream('replicas.watch', { appId })),
    'timeline.watch': () => firstOf(client.stream('timeline.watch', { appId })),
    'operations.watch': () => firstOf(client.stream('operations.watch', {})),
    'connections.watch': () => firstOf(client.stream('connections.watch', {})),
    'commit.show': () => client.call('commit.show', { appId, commit: target }),
    'plan.create': () => client.call('plan.create', { appId }),
    'plan.diff': () => client.call('plan.diff', { planId: plan.id, key }),
    'draft.create': draft,
    'draft.plan': () => client.call('draft.plan', { draftId }),
  }
  const rows: Row[] = []
  for (const [name, call] of Object.entries(calls)) rows.push(await row(`call ${name}`, call))
  return rows
}

async function row(name: string, call: () => Promise<unknown>): Promise<Row> {
  await call()
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const start = performance.now()
    await call()
    times.push(performance.now() - start)
  }
  return { name, ours: times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0, unit: 'ms' }
}

async function firstOf<T>(stream: AsyncIterable<T>): Promise<T> {
  for await (const value of stream) return value
  throw new Error('The stream ended.')
}

async function appNamed(client: Client<Api>, name: string): Promise<AppRow> {
  for await (const { upserts } of client.stream('apps.watch', {})) {
    const app = upserts.find((one) => one.name === name)
    if (app?.health.status === 'Degraded') return app
  }
  throw new Error('The stream ended.')
}

async function timelineOf(client: Client<Api>, appId: string): Promise<readonly TimelineRow[]> {
  const rows = new Map<string, TimelineRow>()
  for await (const { upserts, ready } of client.stream('timeline.watch', { appId })) {
    for (const one of upserts) rows.set(one.commit.oid, one)
    if (ready) return [...rows.values()].toSorted((a, b) => a.index - b.index)
  }
  throw new Error('The stream ended.')
}
