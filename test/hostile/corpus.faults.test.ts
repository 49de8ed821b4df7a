import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corpus } from './corpus.ts'
import { fingerprint } from './fingerprint.ts'
import { makeTemplate, openSite } from './site.ts'
import type { Hostile } from './site.ts'
import { readTrace, tracedCalls } from './trace.ts'
import type { Trace } from './trace.ts'
import type { Visit } from './visit.ts'

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wheelhouse-hostile-')))
const sites = join(dir, 'sites')
const ran = join(dir, 'ran')
/** A tracer takes one core whatever it traces: two of them, each with every second repository. */
const visitors = ['one', 'two'].map((name) => ({
  dataDir: join(dir, `data-${name}`),
  traceFile: join(dir, `trace-${name}`),
}))
const traced = spawnSync('strace', ['-f', '-y', '--seccomp-bpf', '-o', '/dev/null', 'true']).status === 0

const visits = new Map<Hostile, Visit>()
const moved: string[] = []
afterAll(() => rmSync(dir, { recursive: true, force: true }))

beforeAll(async () => {
  for (const folder of [sites, ran]) mkdirSync(folder)
  makeTemplate(join(dir, 'template'))
  const orders = corpus.map((hostile, number) => {
    const folder = join(sites, String(number))
    mkdirSync(folder)
    const made = hostile.make(openSite(join(dir, 'template'), folder, ran))
    const path = hostile.path ?? 'app'
    return { folder: made ?? join(folder, 'clone'), path, branch: hostile.branch ?? 'main' }
  })
  const before = corpus.map((_, number) => fingerprint(join(sites, String(number))))
  const seen = new Map((await visitAll(orders)).map((one) => [one.folder, one]))
  for (const [number, hostile] of corpus.entries()) {
    const one = seen.get(orders[number]?.folder ?? '')
    if (one !== undefined) visits.set(hostile, one)
  }
  for (const [number, hostile] of corpus.entries())
    if (fingerprint(join(sites, String(number))) !== before[number]) moved.push(hostile.what)
}, 1_800_000)

async function visitAll(orders: readonly object[]): Promise<readonly Visit[]> {
  const halves = await Promise.all(
    visitors.map((visitor, turn) =>
      visitSome(
        visitor,
        orders.filter((_, number) => number % visitors.length === turn),
      ),
    ),
  )
  return halves.flat()
}

async function visitSome(
  { dataDir, traceFile }: (typeof visitors)[number],
  orders: readonly object[],
): Promise<readonly Visit[]> {
  const visitor = [process.execPath, join(import.meta.dirname, 'visitor.ts'), dataDir]
  const tracer = [
    'strace',
    '-f',
    '-y',
    '--seccomp-bpf',
    '-s',
    '4096',
    '-e',
    `trace=${tracedCalls}`,
    '-o',
    traceFile,
  ]
  const [command = '', ...args] = traced ? [...tracer, ...visitor] : visitor
  // Each folder of a long PATH is one more call to trace for every git.
  const PATH = [dirname(gitProgram()), '/usr/bin', '/bin'].join(':')
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PATH } })
  child.stdin.end(JSON.stringify(orders))
  const [lines] = await Promise.all([text(child.stdout), once(child, 'close')])
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Visit)
}

function answerOf(hostile: Hostile): unknown {
  const seen = visits.get(hostile)
  return seen?.refused === undefined ? seen && 'reads' : [seen.refused.step, seen.refused.code]
}

test.each(corpus.filter(({ expected }) => expected === 'reads'))('$what: read', (hostile) => {
  expect(answerOf(hostile)).toBe('reads')
})

test.each(corpus.filter(({ expected }) => expected !== 'reads'))('$what: refused with a code', (hostile) => {
  const [step, ...codes] = hostile.expected
  expect(codes.map((code) => [step, code])).toContainEqual(answerOf(hostile))
})

test('no message carries a control character', () => {
  const messages = [...visits.values()].map(({ refused }) => refused?.message ?? '')
  expect(
    messages.filter((message) => /[\p{Cc}\p{Bidi_Control}]/u.test(message.replaceAll(/[\n\t]/g, ''))),
  ).toEqual([])
})

test('no program that a repository names has run', () => {
  expect(readdirSync(ran)).toEqual([])
})

test('every byte, size and time of the repositories is as it was', () => {
  expect(moved).toEqual([])
})

describe.skipIf(!traced)('as traced by strace', () => {
  let seen: Trace
  beforeAll(() => {
    const traces = visitors.map(({ traceFile }) => readTrace(readFileSync(traceFile, 'latin1')))
    const all = (key: keyof Trace) => new Set(traces.flatMap((trace) => [...trace[key]]))
    seen = { programs: all('programs'), written: all('written'), reached: all('reached') }
  })

  test('nothing but git was started', () => {
    const gits = [gitProgram(), execFileSync('git', ['--exec-path']).toString().trim()]
    const others = [...seen.programs].filter(
      (program) => program !== process.execPath && !gits.some((git) => realpathSync(program).startsWith(git)),
    )
    expect(others).toEqual([])
    expect(seen.programs.size).toBeGreaterThan(1)
  })

  test('nothing was written outside the folder of the app', () => {
    const outside = [...seen.written].filter(
      (path) =>
        !visitors.some(({ dataDir }) => path.startsWith(`${dataDir}/`) || path === dataDir) &&
        !/^\/(dev|proc)\//.test(path),
    )
    expect(outside).toEqual([])
    expect(visitors.every(({ dataDir }) => existsSync(dataDir))).toBe(true)
  })

  test('no address was reached', () => {
    expect([...seen.reached]).toEqual([])
  })
})

function gitProgram(): string {
  const folder = process.env.PATH?.split(':').find((one) => existsSync(join(one, 'git')))
  return realpathSync(join(folder ?? '/usr/bin', 'git'))
}
