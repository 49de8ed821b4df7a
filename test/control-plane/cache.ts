import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const keptDays = 14

/** Where built binaries are kept between runs. The home is the user's real one, also under a test's empty HOME. */
export function cacheDir(): string {
  const named = process.env.WHEELHOUSE_CACHE
  if (named !== undefined && named !== '') return named
  const base = process.env.XDG_CACHE_HOME
  return join(base !== undefined && base !== '' ? base : join(userInfo().homedir, '.cache'), 'wheelhouse')
}

/** Hash of all that a binary is made from: the Go sources and module files of a folder, and further words. */
export function sourceKey(folder: string, ...words: readonly string[]): string {
  const hash = createHash('sha256').update(words.join('\n'))
  const sources = readdirSync(folder).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name))
  for (const name of sources.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 24)
}

/** Answers `<cache>/<name>-<key>`, made by `build(temporary path)` if it is absent; one process builds at a time. */
export async function cached(name: string, key: string, build: (output: string) => void): Promise<string> {
  const dir = cacheDir()
  const path = join(dir, `${name}-${key}${process.platform === 'win32' ? '.exe' : ''}`)
  if (existsSync(path)) return path
  return locked(name, () => {
    if (existsSync(path)) return path
    const fresh = `${path}.${process.pid}.part`
    build(fresh)
    renameSync(fresh, path)
    pruneOld(dir, name)
    return path
  })
}

/** Does something in the cache while no other process does the thing of that name. */
export async function locked<T>(name: string, action: () => T): Promise<T> {
  mkdirSync(cacheDir(), { recursive: true })
  const unlock = await lock(join(cacheDir(), `${name}.lock`))
  try {
    return action()
  } finally {
    unlock()
  }
}

/** A binary is 130 MB and its key never comes back once its sources have changed. */
function pruneOld(dir: string, name: string): void {
  const limit = Date.now() - keptDays * 24 * 3600 * 1000
  for (const entry of readdirSync(dir)) {
    const path = join(dir, entry)
    const stat = entry.startsWith(`${name}-`) ? statSync(path, { throwIfNoEntry: false }) : undefined
    if (stat !== undefined && stat.mtimeMs < limit) rmSync(path, { recursive: true, force: true })
  }
}

async function lock(file: string): Promise<() => void> {
  for (let told = false; ; told = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (abandoned(file)) {
      rmSync(file, { force: true })
    } else {
      if (!told) process.stderr.write(`Another process is building; waiting for ${file}\n`)
      await wait(500)
    }
  }
}

/**
 * A lock is abandoned when the process in it is gone. Two that find this at once may both build: that costs time only,
 * since a binary comes to its place in one rename.
 */
function abandoned(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // Between its creation and its writing the file is empty.
    if (pid === 0) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
