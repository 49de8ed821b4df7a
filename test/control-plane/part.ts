import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'

/** One running part of the control plane. */
export type Part = {
  readonly name: string
  readonly running: () => boolean
  /** Ends it and waits for its end. Killing is what an outage is like; etcd is asked, so that its data is whole. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>
  /** The last lines it has logged. */
  readonly tail: () => string
}

/** Starts one part as a process that ends with this one, however this one ends. */
export function startPart(options: {
  readonly binary: string
  readonly name: string
  readonly args: readonly string[]
  readonly logFile: string
}): Part {
  const { binary, name, args, logFile } = options
  const log = openSync(logFile, 'a')
  const child = spawn(binary, [name, ...args], {
    stdio: ['pipe', log, log],
    env: { ...process.env, CONTROL_PLANE_FOLLOW_STDIN: '1' },
  })
  closeSync(log)
  // The pipe closes when the part ends before us; that is no error of ours.
  child.stdin?.on('error', () => undefined)
  const exited = once(child, 'exit')
  // A binary that cannot be started shows as a part that does not run.
  exited.catch(() => undefined)
  const running = () => isRunning(child)
  // Neither the child nor its pipe keeps this process alive.
  child.unref()
  const pipe = child.stdin as unknown as { unref?: () => void } | null
  pipe?.unref?.()
  return {
    name,
    running,
    end: async (signal) => {
      if (!running()) return
      child.ref()
      child.kill(signal)
      await exited
    },
    tail: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n'),
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}
