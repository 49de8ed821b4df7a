import { existsSync, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './place.ts'

const settleMs = 80
const pollMs = 15_000

export type WatchPorts = {
  /** All that counts (HEAD and every ref) as one text: equal texts are no change. */
  readonly signature: () => Promise<string>
  readonly pollMs?: number
}

/**
 * Calls back when HEAD or a ref has moved: `fs.watch` says when to look, a slow poll finds what it misses (network disks, too many watches).
 * What changes no ref (the index, a lock) is not reported. Answers the function that ends it.
 */
export function watchRefs(place: Place, ports: WatchPorts, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let known = ports.signature().catch(() => '')
  let begun = false
  void known.then(() => (begun = true))
  const look = () => {
    const before = known
    known = Promise.all([before, ports.signature()]).then(
      ([old, now]) => {
        if (!closed && now !== old) onChange()
        return now
      },
      // A clone that cannot be read just now (moved, busy) is looked at again by the poll.
      () => before,
    )
  }
  const settle = (_event: string, file: string | null) => {
    if (file?.endsWith('.lock') === true) return
    // The first reading may have come before this or after it: rather told once too often than never.
    if (!begun) known = Promise.resolve('')
    clearTimeout(timer)
    timer = setTimeout(look, settleMs)
    timer.unref()
  }
  const poll = setInterval(look, ports.pollMs ?? pollMs)
  poll.unref()
  const watchers = foldersOf(place).map(([folder, recursive]) => open(folder, recursive, settle))
  return () => {
    closed = true
    clearTimeout(timer)
    clearInterval(poll)
    for (const watcher of watchers) watcher?.close()
  }
}

function foldersOf(place: Place): readonly (readonly [string, boolean])[] {
  const refs = [join(place.commonDir, 'refs'), join(place.commonDir, 'reftable')]
  return [
    [place.gitDir, false],
    ...(place.commonDir === place.gitDir ? [] : [[place.commonDir, false] as const]),
    ...refs.filter((folder) => existsSync(folder)).map((folder) => [folder, true] as const),
  ]
}

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
