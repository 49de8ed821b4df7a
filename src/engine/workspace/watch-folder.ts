import { unwatchFile, watch, watchFile } from 'node:fs'
import { join } from 'node:path'

const pollMs = 2_000

/** Calls back with the name of a watched file that may have changed. Where the system has no watch left to give, it looks every two seconds. */
export function watchFolder(
  folder: string,
  names: readonly string[],
  onChange: (name: string) => void,
): () => void {
  const stops = new Set<() => void>()
  const poll = () => {
    for (const name of names) {
      const listener = () => onChange(name)
      watchFile(join(folder, name), { interval: pollMs, persistent: false }, listener)
      stops.add(() => unwatchFile(join(folder, name), listener))
    }
  }
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      // Some systems do not say which.
      for (const one of names) if (name === null || name === one) onChange(one)
    })
    watcher.on('error', () => {
      watcher.close()
      poll()
    })
    stops.add(() => watcher.close())
  } catch {
    // ENOSPC of inotify, EMFILE, folders on file systems without events.
    poll()
  }
  return () => {
    for (const stop of stops) stop()
  }
}
