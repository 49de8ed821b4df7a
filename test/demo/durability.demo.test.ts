import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'

const processFile = join(import.meta.dirname, '../../src/demo/cluster-process.ts')
// Each starts processes, and each of those opens the module.
vi.setConfig({ testTimeout: 90_000 })

const clear: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const one of clear.splice(0).toReversed()) await one()
})

type Running = { readonly child: ChildProcess; readonly url: string; readonly token: string }

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-durable-'))
  clear.push(async () => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function start(dir: string): Promise<Running> {
  const child = spawn(process.execPath, [processFile, '--data', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  clear.push(() => end(child, 'SIGKILL'))
  const ended = once(child, 'exit').then(() => {
    throw new Error('The process ended before it was up.')
  })
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer]
  ended.catch(() => undefined)
  return { child, ...(JSON.parse(line.toString()) as { url: string; token: string }) }
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

type Json = { readonly metadata: Record<string, string>; readonly [name: string]: unknown }

async function ask({ url, token }: Running, method: string, path: string, body?: unknown): Promise<Json> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as Json
}

const configMaps = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string) => ({ metadata: { name }, data: { name } })

it.each(['SIGTERM', 'SIGKILL'] as const)('keeps what it answered over a restart after %s', async (signal) => {
  const dir = folder()
  const first = await start(dir)
  const system = await ask(first, 'GET', '/api/v1/namespaces/kube-system')
  await ask(first, 'POST', configMaps, configMap('gone'))
  const made = await ask(first, 'POST', configMaps, configMap('kept'))
  await ask(first, 'DELETE', `${configMaps}/gone`, {})
  await end(first.child, signal)
  const second = await start(dir)
  expect(second).toMatchObject({ url: first.url, token: first.token })
  expect(await ask(second, 'GET', '/api/v1/namespaces/kube-system')).toMatchObject({
    metadata: { uid: system.metadata['uid'] },
  })
  expect(await ask(second, 'GET', `${configMaps}/kept`)).toEqual(made)
  expect(await ask(second, 'GET', `${configMaps}/gone`)).toMatchObject({ code: 404 })
  // A watch goes on where the first process had brought it.
  const version = system.metadata['resourceVersion'] ?? ''
  const query = new URLSearchParams({
    watch: 'true',
    resourceVersion: version,
    timeoutSeconds: '0',
  }).toString()
  const heard = await fetch(`${second.url}${configMaps}?${query}`, {
    headers: { authorization: `Bearer ${second.token}` },
  })
  const events = (await heard.text()).trim().split('\n')
  expect(events.map((line) => JSON.parse(line) as Json)).toMatchObject([
    { type: 'ADDED', object: { metadata: { name: 'gone' } } },
    { type: 'ADDED', object: { metadata: { name: 'kept' } } },
    { type: 'DELETED', object: { metadata: { name: 'gone' } } },
  ])
  const later = await ask(second, 'POST', configMaps, configMap('later'))
  expect(Number(later.metadata['resourceVersion'])).toBeGreaterThan(Number(made.metadata['resourceVersion']))
})

it('reads a log whose last line was torn by a kill, and goes on after it', async () => {
  const dir = folder()
  const first = await start(dir)
  await ask(first, 'POST', configMaps, configMap('whole'))
  await end(first.child, 'SIGKILL')
  appendFileSync(join(dir, 'state.jsonl'), '{"put":{"apiVersion":"v1","kind":"ConfigMap","meta')
  const second = await start(dir)
  expect(await ask(second, 'GET', `${configMaps}/whole`)).toMatchObject({ data: { name: 'whole' } })
  await ask(second, 'POST', configMaps, configMap('after'))
  await end(second.child, 'SIGKILL')
  const third = await start(dir)
  expect(await ask(third, 'GET', `${configMaps}/after`)).toMatchObject({ data: { name: 'after' } })
})

it('lets no second process have the same folder', async () => {
  const dir = folder()
  const first = await start(dir)
  const second = spawn(process.execPath, [processFile, '--data', dir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  clear.push(() => end(second, 'SIGKILL'))
  let words = ''
  second.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()))
  const [code] = (await once(second, 'close')) as [number]
  expect(code).not.toBe(0)
  expect(words).toContain(`Another cluster process (${first.child.pid})`)
  expect(JSON.parse(readFileSync(join(dir, 'cluster.json'), 'utf8'))).toMatchObject({ pid: first.child.pid })
})
