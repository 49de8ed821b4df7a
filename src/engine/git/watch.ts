import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './place.ts'

const settleMs = 80

/** Calls back when a ref or HEAD of the clone may have moved. `fs.watch` where it works; the caller's own poll covers the rest. */
export function watchRefs(place: Place, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const settle = (_event: string, file: string | null) => {
    if (file?.endsWith('.lock') === true) return
    clearTimeout(timer)
    timer = setTimeout(onChange, settleMs)
    timer.unref()
  }
  const watchers = [
    open(place.gitDir, false, settle),
    open(join(place.commonDir, 'refs'), true, settle),
    ...(place.commonDir === place.gitDir ? [] : [open(place.commonDir, false, settle)]),
  ]
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher?.close()
  }
}

/** Too many watches, a network disk: the poll still finds every change, only later. */
function open(
  path: string,
  recursive: boolean,
  listener: (event: string, file: string | null) => void,
): FSWatcher | undefined {
  try {
    const watcher = watch(path, { recursive, persistent: false }, listener)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
