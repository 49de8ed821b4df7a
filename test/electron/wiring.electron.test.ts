import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildAll } from '../../build/build.ts'
import { findChromium } from '../../build/chromium.ts'

const root = join(import.meta.dirname, '../..')
const userData = mkdtempSync(join(tmpdir(), 'wheelhouse-electron-'))
const traces: { readonly trace: string; readonly detail?: unknown }[] = []
let main: ChildProcess
let asked = 0

beforeAll(async () => {
  await buildAll()
  main = start()
  main.on('message', (message: { readonly trace?: string }) => {
    if (message.trace !== undefined) traces.push(message as { readonly trace: string })
  })
  await waitForTrace('loaded')
})
afterAll(async () => {
  const ended = once(main, 'exit')
  void ask('quit').catch(() => undefined)
  await ended
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

/** The built main process under the fake. */
function start(env: Readonly<Record<string, string>> = {}): ChildProcess {
  return fork(join(root, 'out/main/main.js'), [], {
    execArgv: ['--import', join(import.meta.dirname, 'fake/register.mjs')],
    env: { ...process.env, FAKE_USER_DATA: userData, WHEELHOUSE_CHROMIUM: findChromium() ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
}

async function ask(action: string, argument?: unknown): Promise<unknown> {
  const id = asked++
  const answer = new Promise((resolve, reject) => {
    const listen = (message: {
      readonly id?: number
      readonly result?: unknown
      readonly failure?: string
    }) => {
      if (message.id !== id) return
      main.off('message', listen)
      if (message.failure === undefined) resolve(message.result)
      else reject(new Error(message.failure))
    }
    main.on('message', listen)
  })
  main.send({ id, action, argument })
  return answer
}

async function waitForTrace(name: string, times = 1): Promise<void> {
  while (traces.filter(({ trace }) => trace === name).length < times) await once(main, 'message')
}

/** Goes away from the doctor and back: it looks anew. */
async function findGit(): Promise<void> {
  await ask('click', 'Settings')
  await ask('click', 'Doctor')
  await ask('waitFor', 'git 2.25 or newer')
}

test('the window is sandboxed, isolated and without Node', () => {
  expect(traces.find(({ trace }) => trace === 'window')?.detail).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  })
})

test('the built page comes up over app:// and speaks to the engine in its own process', async () => {
  await ask('waitFor', 'Welcome to Wheelhouse')
  expect(traces.map(({ trace }) => trace)).toEqual(
    expect.arrayContaining(['lock', 'schemes', 'menu', 'engine', 'starter']),
  )
  await ask('click', 'Doctor')
  await ask('waitFor', 'git 2.25 or newer')
})

test('the page gets a pipe of Electron and nothing else', async () => {
  expect(await ask('evaluate', 'Object.keys(window.wheelhouse).toSorted().join()')).toBe(
    'onClose,onFrame,send',
  )
  expect(await ask('evaluate', 'typeof require + typeof process + typeof module')).toBe(
    'undefinedundefinedundefined',
  )
})

test('permissions are denied, asked or checked', async () => {
  expect(await ask('permission', 'media')).toBe(false)
  expect(await ask('check', 'clipboard-read')).toBe(false)
})

test('navigation and new windows are denied; https may open in the browser', async () => {
  expect(await ask('navigate', 'https://example.org/')).toBe(true)
  expect(await ask('navigate', 'app://wheelhouse/#/apps')).toBe(false)
  expect(await ask('open', 'https://example.org/page')).toEqual({ action: 'deny' })
  expect(await ask('open', 'file:///etc/passwd')).toEqual({ action: 'deny' })
  expect(traces.filter(({ trace }) => trace === 'external').map(({ detail }) => detail)).toEqual([
    'https://example.org/page',
  ])
})

test('a frame from a page that is not ours gets a Failure', async () => {
  expect(await ask('foreignFrame', 'https://evil.example/')).toMatchObject({
    type: 'err',
    id: 7,
    failure: { code: 'BAD_REQUEST' },
  })
})

test('the engine is started again after a crash, and the same window goes on', async () => {
  await ask('crash', 'engine')
  await waitForTrace('engine up', 2)
  await findGit()
  expect(traces.filter(({ trace }) => trace === 'window').length).toBe(1)
})

test('the process that starts git is started again, and git is found meanwhile', async () => {
  await ask('crash', 'starter')
  await waitForTrace('starter up', 2)
  await findGit()
})

test('a second instance leaves at once', async () => {
  const second = start({ FAKE_SECOND_INSTANCE: '1' })
  const [code] = (await once(second, 'exit')) as [number]
  expect(code).toBe(0)
})
