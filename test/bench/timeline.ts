import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { api, connect } from '#contract'
import type { Api, Client } from '#contract'
import { serveApp } from '../e2e/served-app.ts'
import type { Served } from '../e2e/served-app.ts'
import { toClientPipe } from '../web/web-client.ts'
import type { Probed } from './engine-probe.ts'
import { monorepo, spec } from './monorepo.ts'
import type { Row } from './row.ts'

const shown = 200
const probe = join(import.meta.dirname, 'engine-probe.ts')

/** What an open timeline of the monorepo costs the engine, as it is served: memory, and how long its event loop is kept. Needs the built files. */
export async function timelineRows(): Promise<readonly Row[]> {
  const clone = await monorepo()
  const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
  const probed = join(temp, 'probed.json')
  process.env.WHEELHOUSE_PROBE = probed
  const served = await serveApp(['--workspace', join(temp, 'workspace')], 0, {
    nodeArgs: [`--import=${probe}`],
  })
  try {
    const { client, close } = await clientOf(served.url)
    const { id: cloneId } = await client.call('clones.add', { path: clone })
    const { id: appId } = await client.call('apps.add', { ...spec, cloneId })
    const before = memoryOf(served.pid)
    await ask(served, probed)
    const start = performance.now()
    const watch = new AbortController()
    await rendered(client, appId, watch.signal)
    const took = performance.now() - start
    const loop = await ask(served, probed)
    const after = memoryOf(served.pid)
    await calm(served.pid)
    const settled = memoryOf(served.pid)
    const starter = memoryOf(starterOf(served.pid)).now
    watch.abort()
    close()
    return [
      { name: 'timeline-200-served', ours: took, unit: 'ms' },
      { name: 'engine-loop-longest', ours: loop.longestMs, unit: 'ms', aim: { most: 50 } },
      { name: 'engine-loop-longest-cpu', ours: loop.longestCpuMs, unit: 'ms', aim: { most: 50 } },
      { name: 'engine-loop-p99', ours: loop.p99Ms, unit: 'ms', aim: { most: 50 } },
      { name: 'engine-memory-before', ours: before.now, unit: 'MB' },
      { name: 'engine-memory-peak', ours: after.peak, unit: 'MB', aim: { most: 300 } },
      { name: 'engine-memory-rendered', ours: after.now, unit: 'MB', aim: { most: 300 } },
      { name: 'starter-memory', ours: starter, unit: 'MB' },
      { name: 'engine-memory-settled', ours: settled.now, unit: 'MB', aim: { most: 300 } },
    ]
  } finally {
    delete process.env.WHEELHOUSE_PROBE
    await served.stop()
    rmSync(temp, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function clientOf(
  address: string,
): Promise<{ readonly client: Client<Api>; readonly close: () => void }> {
  const url = new URL(address)
  const token = url.hash.slice(1).replace(/^.*=/, '')
  const socket = new WebSocket(`ws://${url.host}/`, ['wh', `wh.${token}`], { origin: url.origin })
  await once(socket, 'open')
  return { client: connect(api, toClientPipe(socket)), close: () => socket.close() }
}

/** Until each row says what it changed; the stream stays open, as on screen. */
async function rendered(client: Client<Api>, appId: string, signal: AbortSignal): Promise<void> {
  const done = Promise.withResolvers<void>()
  const watching = async () => {
    const pending = new Map<string, boolean>()
    for await (const delta of client.stream('timeline.watch', { appId, limit: shown }, { signal })) {
      for (const { commit, effect } of delta.upserts) pending.set(commit.oid, effect === 'pending')
      for (const oid of delta.deletes) pending.delete(oid)
      const all = [...pending.values()]
      if (delta.ready && all.length === shown && !all.includes(true)) done.resolve()
    }
  }
  watching().catch(done.reject)
  await done.promise
}

async function ask(served: Served, file: string): Promise<Probed> {
  rmSync(file, { force: true })
  process.kill(served.pid, 'SIGUSR2')
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await wait(5)
  return JSON.parse(readFileSync(file, 'utf8')) as Probed
}

/** Until what is kept for a while only has been let go: nothing shrinks for ten seconds. */
async function calm(pid: number): Promise<void> {
  let least = memoryOf(pid).now
  for (let still = 0; still < 10; still++) {
    await wait(1_000)
    const { now } = memoryOf(pid)
    if (now < least - 5) {
      least = now
      still = -1
    }
  }
}

/** The small process beside it, which has node's own 56 MB of program in common with it. */
function starterOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  const found = children.find((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('starter.js'),
  )
  if (found === undefined) throw new Error('The engine has no starter.')
  return found
}

/** Resident megabytes, now and at most so far; Linux tells. */
function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (key: string) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') }
}
