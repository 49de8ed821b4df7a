import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { CommandRun } from '#contract'
import { createStarter, run as runHere, withoutCredentials } from '../../../src/engine/process/index.ts'
import { failureOf } from '../../helpers/repo.ts'
import { testStarter } from '../../helpers/starter.ts'

const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-run-'))
const starter = createStarter(testStarter)
afterAll(() => {
  starter.close()
  rmSync(temp, { recursive: true, force: true })
})

const env = { PATH: process.env.PATH ?? '' }
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe.each([
  ['this process', undefined],
  ['the starter', starter.run],
] as const)('started by %s', (_, start) => {
  const run: typeof runHere = (command, args, options) => runHere(command, args, options, start)
  const node = (script: string, options: Partial<Parameters<typeof run>[2]> = {}) =>
    run(process.execPath, ['-e', script], { env, ...options })

  test('a child gets its input and nothing of our environment', async () => {
    process.env.WHEELHOUSE_SECRET = 'leak'
    const result = await node(
      'process.stdin.on("data", (d) => process.stdout.write(d + String(process.env.WHEELHOUSE_SECRET)))',
      { input: 'hello ' },
    )
    delete process.env.WHEELHOUSE_SECRET
    expect(text(result.stdout)).toBe('hello undefined')
    expect(result.end).toBe('exit')
  })

  test('an exit code is an answer, and stderr comes with it', async () => {
    const result = await node('console.error("no"); process.exit(7)')
    expect([result.exitCode, result.stderr, result.end]).toEqual([7, 'no\n', 'exit'])
  })

  test('a missing executable, a missing folder and one that is no program are told apart', async () => {
    const noProgram = join(temp, 'data')
    writeFileSync(noProgram, 'text')
    expect((await run('wheelhouse-no-such-program', [], { env })).end).toBe('missing')
    expect((await run(noProgram, [], { env })).end).toBe('missing')
    expect((await node('1', { cwd: join(temp, 'gone') })).end).toBe('no-folder')
  })

  test('arguments that the system refuses are a child that never started', async () => {
    const result = await run(process.execPath, ['-e', '1', 'x'.repeat(4_000_000)], { env })
    expect(result.end).toBe('unstarted')
    expect(result.stderr).toMatch(/E2BIG/)
  })

  test('more output than is read ends the child', async () => {
    const result = await node('setInterval(() => process.stdout.write("x".repeat(65536)), 0)', {
      maxBytes: 100_000,
    })
    expect(result.end).toBe('too-large')
    expect(result.stdout.length).toBeLessThanOrEqual(100_000)
  })

  test('a time-out ends a child that listens to SIGTERM at once', async () => {
    const result = await node('setInterval(() => {}, 1000)', { timeoutMs: 200 })
    expect(result.end).toBe('timeout')
  })

  test('a child that ignores the polite signal is killed', async () => {
    const result = await node(
      'process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000)',
      {
        timeoutMs: 1_000,
      },
    )
    expect(result.end).toBe('timeout')
    expect(() => process.kill(Number(text(result.stdout)), 0)).toThrow(/ESRCH/)
  })

  test('a cancel ends a running child', async () => {
    const abort = new AbortController()
    const started = node('setInterval(() => {}, 1000)', { signal: abort.signal, timeoutMs: 60_000 })
    abort.abort()
    expect((await started).end).toBe('cancelled')
  })

  test('nothing starts once the signal is aborted', async () => {
    const error = await failureOf(node('1', { signal: AbortSignal.abort() }))
    expect(error.code).toBe('CANCELLED')
  })

  test('each command is on record without its credentials', async () => {
    const runs: CommandRun[] = []
    await run(process.execPath, ['-e', 'process.exit(3)', 'https://ada:hunter2@example.com/x'], {
      env,
      onRun: (one) => runs.push(one),
    })
    expect(runs).toHaveLength(1)
    expect(runs[0]?.exitCode).toBe(3)
    expect(runs[0]?.command).toContain('https://***@example.com/x')
    expect(runs[0]?.command).not.toContain('hunter2')
  })
})

test('options that carry secrets are masked, words with spaces are quoted', () => {
  expect(withoutCredentials(['git', '-c', 'http.extraHeader=Authorization: Basic abc', 'a b'])).toBe(
    "git -c 'http.extraHeader=***' 'a b'",
  )
})
