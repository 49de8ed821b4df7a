import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'

type SpawnOptions = { readonly cwd?: string; readonly env: Readonly<Record<string, string>> }

/** Starts a long-lived child with three pipes (`git cat-file --batch`, a streaming `git log`). The caller ends it. */
export function spawnPiped(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.env },
    stdio: 'pipe',
    windowsHide: true,
  })
  // EPIPE when the child ends first: its exit says more than a failed write, and an unheard 'error' would end us.
  child.stdin.on('error', () => child.kill())
  return child
}
