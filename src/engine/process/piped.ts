import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

export type PipedOptions = { readonly cwd?: string; readonly env: Readonly<Record<string, string>> }

/** A long-lived child with three pipes (`git cat-file --batch`, a streaming `git log`). Whoever opened it ends it. */
export type Piped = {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Its exit code once it and its pipes are done, null where a signal ended it; rejects where it could not be started. */
  readonly closed: Promise<number | null>
  readonly kill: () => void
  /** Our process may end while nobody waits for this child. */
  readonly hold: (waiting: boolean) => void
}

type Referable = { readonly ref: () => void; readonly unref: () => void }

/** Starts such a child from this process. */
export function openPiped(command: string, args: readonly string[], options: PipedOptions): Piped {
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.env },
    stdio: 'pipe',
    windowsHide: true,
  })
  // EPIPE when the child ends first: its exit says more than a failed write, and an unheard 'error' would end us.
  child.stdin.on('error', () => child.kill())
  const closed = once(child, 'close').then(([code]) => code as number | null)
  // Whoever reads awaits it after the output: a child that cannot be started must not be an unheard rejection until then.
  closed.catch(() => undefined)
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as readonly Referable[]
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    closed,
    kill: () => void child.kill(),
    hold: (waiting) => {
      for (const handle of handles) handle[waiting ? 'ref' : 'unref']()
    },
  }
}
