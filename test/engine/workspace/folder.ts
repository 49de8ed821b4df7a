import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Operation } from '../../../src/contract/index.ts'
import type { Entry } from '../../../src/engine/workspace/operation-entries.ts'

const folders: string[] = []
const children: ChildProcess[] = []
const closers: (() => Promise<void> | void)[] = []

/** Ends what a test has opened, newest first, after it. */
export function closeAfter(close: () => Promise<void> | void): void {
  closers.push(close)
}

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-workspace-'))
  folders.push(folder)
  return folder
}

export type Actor = {
  readonly pid: number
  /** Says a word to it. */
  readonly say: (line: string) => void
  /** The next line that it prints. */
  readonly line: () => Promise<string>
  readonly kill: () => Promise<void>
}

/** A process of its own that does what `actor.ts` can, in a folder. */
export function startActor(role: string, folder: string): Actor {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'actor.ts'), role, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  const lines: string[] = []
  const waiting: ((line: string) => void)[] = []
  let rest = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const one = waiting.shift()
      if (one === undefined) lines.push(part)
      else one(part)
    }
  })
  return {
    pid: child.pid ?? 0,
    say: (line) => void child.stdin.write(`${line}\n`),
    line: () => {
      const one = lines.shift()
      return one === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(one)
    },
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

export const now = () => '2026-01-02T03:04:05.000Z'

export function beginEntry(id: string, more: Partial<Extract<Entry, { type: 'begin' }>> = {}): Entry {
  return {
    type: 'begin',
    id,
    at: now(),
    pid: process.pid,
    kind: 'sync',
    appId: 'a1',
    appName: 'shop-web',
    title: `Sync ${id}`,
    who: 'mia@desk',
    steps: ['render', 'apply', 'health'],
    data: { revision: id },
    ...more,
  }
}

/** Waits until what is read holds, hearing of changes by `onChange`. */
export function untilShown(
  operations: {
    readonly list: () => readonly Operation[]
    readonly onChange: (listener: () => void) => () => void
  },
  holds: (list: readonly Operation[]) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!holds(operations.list())) return
      stop()
      resolve()
    }
    const stop = operations.onChange(check)
    check()
  })
}
