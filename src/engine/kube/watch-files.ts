import { statSync, watch } from 'node:fs'
import type { BigIntStats, FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from './clock.ts'

const settleMs = 150
const pollMs = 15_000

export type PathsWatch = { readonly close: () => void }

/**
 * Calls back some 150 ms after one of the paths (files, there or not, or folders) changed. Folders are watched, not files: tools write
 * kubeconfigs by renaming over them. A slow look at size, time and inode catches what network file systems never announce.
 */
export function watchPaths(paths: readonly string[], clock: Clock, onChange: () => void): PathsWatch {
  const watchers: FSWatcher[] = []
  let stopSettle: (() => void) | undefined
  let stopPoll: (() => void) | undefined
  let closed = false
  // Taken at once: what was read a moment ago is what later looks are compared with.
  let last = paths.map(markNow).join('\n')

  async function look(): Promise<void> {
    const now = (await Promise.all(paths.map(markOf))).join('\n')
    const changed = last !== now
    last = now
    if (changed && !closed) onChange()
  }
  function settle(): void {
    stopSettle?.()
    if (!closed) stopSettle = clock.after(settleMs, () => void look())
  }
  function poll(): void {
    if (!closed)
      stopPoll = clock.after(pollMs, () => {
        void look().then(poll)
      })
  }

  for (const folder of new Set(paths.flatMap((path) => [dirname(path), path]))) {
    const watcher = open(folder, settle)
    if (watcher !== undefined) watchers.push(watcher)
  }
  // Something may have changed before the watchers started.
  settle()
  poll()
  return {
    close: () => {
      closed = true
      stopSettle?.()
      stopPoll?.()
      for (const watcher of watchers) watcher.close()
    },
  }
}

function open(path: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, onEvent)
    watcher.on('error', onEvent)
    return watcher
  } catch {
    // Not there, or no watchers left: the slow look finds it.
    return undefined
  }
}

/** Not there is a state like any other. */
async function markOf(path: string): Promise<string> {
  return stat(path, { bigint: true }).then(toMark, () => 'missing')
}

function markNow(path: string): string {
  try {
    return toMark(statSync(path, { bigint: true }))
  } catch {
    return 'missing'
  }
}

function toMark({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`
}
