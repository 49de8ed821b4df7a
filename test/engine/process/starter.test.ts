import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createStarter, isAlive } from '../../../src/engine/process/index.ts'
import type { Piped, Starter, StarterConnection } from '../../../src/engine/process/index.ts'
import { testStarter } from '../../helpers/starter.ts'

const env = { PATH: process.env.PATH ?? '' }
let connections: StarterConnection[] = []
const starters: Starter[] = []
let starter: Starter

beforeEach(() => {
  connections = []
  starter = createStarter(() => {
    const connection = testStarter()
    connections.push(connection)
    return connection
  })
  starters.push(starter)
})
afterAll(() => {
  for (const one of starters) one.close()
})

const node = (script: string): Piped => starter.open(process.execPath, ['-e', script], { env })
const shell = (script: string, by = starter) => by.run('sh', ['-c', script], { env })
const words = ({ stdout }: { readonly stdout: Uint8Array }) => new TextDecoder().decode(stdout).trim()
const parentOf = async () => Number(words(await shell('echo $PPID')))
/** The process that starts children is killed, and the connection has told so. */
async function killStarter(): Promise<void> {
  const closed = new Promise<void>((resolve) => connections.at(-1)?.onClose(resolve))
  process.kill(await parentOf(), 'SIGKILL')
  await closed
}

test('a child is started by another process, the same one for all', async () => {
  const parent = await parentOf()
  expect(parent).not.toBe(process.pid)
  expect(await parentOf()).toBe(parent)
})

test('a long-lived child answers what it is asked, byte by byte', async () => {
  const child = node('process.stdin.pipe(process.stdout)')
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at))
  child.stdin.write(bytes)
  const [answer] = (await once(child.stdout, 'data')) as [Buffer]
  expect(answer.equals(bytes)).toBe(true)
  child.stdin.end()
  child.stdout.resume()
  expect(await child.closed).toBe(0)
})

test('much output comes whole and in order, and what it said on its standard error', async () => {
  const child = node(
    'console.error("so it is"); for (let n = 0; n < 400000; n++) process.stdout.write(n + "\\n")',
  )
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), child.closed])
  expect(out).toBe(Array.from({ length: 400_000 }, (_, at) => `${at}\n`).join(''))
  expect([err, code]).toEqual(['so it is\n', 0])
})

test('a reader that stops slows the child down, and nothing piles up', async () => {
  const child = node(
    'let n = 0; const go = () => { while (process.stdout.write("x".repeat(65536)) && n < 1e6) n++ }; ' +
      'process.stdout.on("drain", go); go(); setTimeout(() => process.stderr.write(String(process.stdout.writableLength > 0)), 300)',
  )
  const [stalled] = (await once(child.stderr, 'data')) as [Buffer]
  expect(stalled.toString()).toBe('true')
  expect(child.stdout.readableLength).toBeLessThan(2_000_000)
  child.kill()
  expect(await child.closed).toBe(null)
})

test('a long-lived child is ended, also in the middle of what it says', async () => {
  const child = node(
    'console.log(process.pid); setInterval(() => process.stdout.write("x".repeat(65536)), 0)',
  )
  const [first] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill()
  child.stdout.destroy()
  expect(await child.closed).toBe(null)
  expect(isAlive(Number.parseInt(first.toString(), 10))).toBe(false)
})

test('an executable that is not there rejects', async () => {
  const child = starter.open('wheelhouse-no-such-program', [], { env })
  child.stdout.resume()
  await expect(child.closed).rejects.toThrow(/ENOENT/)
})

test('arguments that the system refuses reject and end nothing else', async () => {
  const parent = await parentOf()
  const child = starter.open('true', ['x'.repeat(4_000_000)], { env })
  await expect(child.closed).rejects.toThrow(/E2BIG/)
  expect(await parentOf()).toBe(parent)
})

test('a run whose process is killed under it is done once more from here', async () => {
  const parent = await parentOf()
  const slow = shell('echo $PPID; exec sleep 0.4')
  process.kill(parent, 'SIGKILL')
  expect(Number(words(await slow))).toBe(process.pid)
})

test('a long-lived child whose process is killed has ended by a signal', async () => {
  const child = node('process.stdin.resume()')
  child.stdout.resume()
  await killStarter()
  expect(await child.closed).toBe(null)
  // Nobody is there to hear it, and nothing breaks.
  child.stdin.write('late')
  child.kill()
})

test('a process that ended is started again, and after three times no more', async () => {
  for (let death = 0; death < 3; death++) {
    expect(await parentOf()).not.toBe(process.pid)
    await killStarter()
  }
  expect(await parentOf()).toBe(process.pid)
  expect(connections).toHaveLength(3)
})

test('where there is no process for now, children are started from here', async () => {
  const none = createStarter(() => undefined)
  expect(Number(words(await shell('echo $PPID', none)))).toBe(process.pid)
})

test('the process ends when its engine closes', async () => {
  const parent = await parentOf()
  const closed = new Promise<void>((resolve) => connections[0]?.onClose(resolve))
  starter.close()
  await closed
  while (isAlive(parent)) await new Promise((resolve) => setImmediate(resolve))
})
