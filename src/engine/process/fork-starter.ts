import { fork } from 'node:child_process'
import type { StarterConnection } from './starter.ts'

/** It computes nothing: without V8's compilers it takes 18 MB of its own instead of 27. Node reads TypeScript with one of them. */
const lean = ['--lite-mode']

/**
 * Starts the starter's process from this Node; `file` is its source or bundle. It keeps this process alive only
 * while an answer is waited for, and ends with it. For an engine that lives on (a window's), not for one command.
 */
export function forkStarter(file: URL): StarterConnection {
  const child = fork(file, {
    serialization: 'advanced',
    stdio: 'ignore',
    execArgv: file.pathname.endsWith('.ts') ? [] : lean,
  })
  child.unref()
  child.channel?.unref()
  // What could not be sent is told by the close that follows.
  child.on('error', () => undefined)
  return {
    send: (message) => void (child.connected && child.send(message, () => undefined)),
    onMessage: (listener) => child.on('message', listener),
    onClose: (listener) => child.once('disconnect', listener),
    close: () => child.connected && child.disconnect(),
    hold: (waiting) => child.channel?.[waiting ? 'ref' : 'unref'](),
  }
}
