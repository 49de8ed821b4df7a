import { afterAll, expect, test } from 'vitest'
import { AppError } from '#contract'
import { createWasmPool } from '../../../src/engine/wasm/index.ts'
import type { WasmPool } from '../../../src/engine/wasm/index.ts'
import { boundMemory } from '../../../src/engine/wasm/bound-memory.ts'
import { testPool } from '../render/test-pool.ts'
import { chartCall } from './chart-call.ts'

const pool = testPool()
afterAll(() => pool.close())

const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'
const endless = '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}'
/** Doubles a text forty times. */
const glutton =
  '{{ $x := "0123456789abcdef" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}{{ len $x }}'

async function code(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'answered'
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

async function helm(on: WasmPool, template: string, limits?: Parameters<WasmPool['call']>[2]) {
  const answer = await on.call('helm', chartCall(template), limits)
  if (!('result' in answer)) throw new Error(`It asks for ${answer.missing.join(', ')}.`)
  return { text: (answer.result as { readonly yaml: string }).yaml, impure: answer.impure }
}

test('the clock is the one of the request, and asking for it shows', async () => {
  const asked = await helm(pool, `${settings}data: { at: {{ now | date "2006-01-02" | quote }} }`, {
    nowMs: Date.UTC(2031, 4, 6),
  })
  expect(asked.text).toContain('at: "2031-05-06"')
  expect(asked.impure).toBe(true)
})

test('a chart that asks for neither clock nor randomness is pure', async () => {
  const answers = [await helm(pool, settings), await helm(pool, settings), await helm(pool, settings)]
  expect(answers.map(({ impure }) => impure)).toContain(false)
})

test('randomness shows', async () => {
  expect((await helm(pool, `${settings}data: { x: {{ uuidv4 }} }`)).impure).toBe(true)
})

test('a template that takes all memory ends, and the next call works', async () => {
  const bounded = testPool(1, 400 * 1024 * 1024)
  expect(await code(helm(bounded, glutton))).toBe('RENDER_TOO_LARGE')
  expect((await helm(bounded, settings)).text).toContain('kind: ConfigMap')
  bounded.close()
})

test('a call that was cancelled before it began is not made', async () => {
  expect(await code(helm(pool, settings, { signal: AbortSignal.abort() }))).toBe('CANCELLED')
})

test('a call is cancelled while it runs, and while it waits; those behind it are served', async () => {
  const running = new AbortController()
  const waiting = new AbortController()
  const calls = [
    code(helm(pool, endless, { signal: running.signal })),
    code(helm(pool, settings, { signal: waiting.signal })),
    code(helm(pool, settings)),
  ]
  waiting.abort()
  expect(await calls[1]).toBe('CANCELLED')
  running.abort()
  expect(await calls[0]).toBe('CANCELLED')
  expect(await calls[2]).toBe('answered')
})

test('an endless template is ended by its time, and calls in the queue behind it are answered', async () => {
  const calls = [
    code(helm(pool, endless, { timeoutMs: 500 })),
    ...Array.from({ length: 5 }, () => code(helm(pool, settings))),
  ]
  expect(await Promise.all(calls)).toEqual(['RENDER_TIMEOUT', ...Array.from({ length: 5 }, () => 'answered')])
})

test('a worker that cannot start fails its call and each one behind it', async () => {
  const broken = createWasmPool({
    module: () => Promise.resolve(emptyModule),
    workerUrl: new URL('./no-such-worker.ts', import.meta.url),
    size: 1,
  })
  expect(await Promise.all([code(helm(broken, settings)), code(helm(broken, settings))])).toEqual([
    'RENDER_FAILED',
    'RENDER_FAILED',
  ])
  broken.close()
})

test('a module that cannot be had fails each call, and is asked for again', async () => {
  let asked = 0
  const broken = createWasmPool({
    module: () => {
      asked += 1
      return Promise.reject(new Error('no such file'))
    },
    workerUrl: new URL('./no-such-worker.ts', import.meta.url),
    size: 1,
  })
  expect(await code(helm(broken, settings))).toContain('no such file')
  expect(await code(helm(broken, settings))).toContain('no such file')
  expect(asked).toBe(2)
})

test('closing ends what runs and what waits', async () => {
  const closing = testPool()
  await helm(closing, settings)
  const calls = [code(helm(closing, endless)), code(helm(closing, settings))]
  closing.close()
  expect((await Promise.all(calls)).toSorted()).toEqual(['CANCELLED', 'RENDER_FAILED'])
  expect(await code(helm(closing, settings))).toBe('CANCELLED')
})

/** `(module (memory 3))` */
const emptyModule = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 3])

test('the bound is written into the memory section, the rest stays', () => {
  const custom = [0, 2, 1, 0x78]
  const bounded = boundMemory(new Uint8Array([...emptyModule, ...custom]), 200 * 65_536)
  expect([...bounded]).toEqual([...emptyModule.subarray(0, 8), 5, 5, 1, 1, 3, 0xc8, 1, ...custom])
})

test('so it is in place, where there is room in front', () => {
  const room = 16
  const whole = new Uint8Array([...new Uint8Array(room), ...emptyModule, 0, 2, 1, 0x78])
  const bounded = boundMemory(whole.subarray(room), 200 * 65_536)
  expect([...bounded]).toEqual([
    ...boundMemory(new Uint8Array([...emptyModule, 0, 2, 1, 0x78]), 200 * 65_536),
  ])
  expect(bounded.buffer).toBe(whole.buffer)
})

test('a module without memory is refused', () => {
  expect(() => boundMemory(emptyModule.subarray(0, 8), 65_536)).toThrow('declares no memory')
})
