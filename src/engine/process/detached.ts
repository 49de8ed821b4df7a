import { spawn } from 'node:child_process'
import { once } from 'node:events'

export type DetachedOptions = {
  readonly cwd?: string
  readonly env: Readonly<Record<string, string>>
  /** How long its first line may take; 20 s unless told. */
  readonly timeoutMs?: number
}

/**
 * Starts a process that outlives this one, and answers with its pid and the first line that it prints once it is up. Throws what it said on
 * its standard error when it ends before that.
 */
export async function startDetached(
  command: string,
  args: readonly string[],
  options: DetachedOptions,
): Promise<{ readonly pid: number; readonly line: string }> {
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const limit = AbortSignal.timeout(options.timeoutMs ?? 20_000)
  try {
    const line = await firstLine(child.stdout, child.stderr, limit)
    return { pid: child.pid ?? 0, line }
  } catch (error) {
    child.kill()
    throw error
  } finally {
    // Its pipes would keep this process alive, and a full one would stop the child.
    child.stdout.destroy()
    child.stderr.destroy()
    child.unref()
  }
}

async function firstLine(
  stdout: NodeJS.ReadableStream,
  stderr: NodeJS.ReadableStream,
  limit: AbortSignal,
): Promise<string> {
  let said = ''
  let words = ''
  stderr.on('data', (chunk: Uint8Array) => (words += String(chunk)))
  const ended = once(stdout, 'end', { signal: limit }).then(() => 'ended' as const)
  ended.catch(() => undefined)
  for (;;) {
    const heard = await Promise.race([once(stdout, 'data', { signal: limit }), ended])
    if (heard === 'ended') throw new Error(words.trim() || 'it ended without a word')
    said += String(heard[0])
    const end = said.indexOf('\n')
    if (end >= 0) return said.slice(0, end)
  }
}
