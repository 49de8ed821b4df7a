import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'

/** The user's cache, by the account's real home: tests set HOME elsewhere. */
export function cacheFolder(): string {
  const named = process.env.WHEELHOUSE_CACHE
  if (named !== undefined && named !== '') return named
  return join(userInfo().homedir, process.platform === 'darwin' ? 'Library/Caches/wheelhouse' : '.cache/wheelhouse')
}

/** Key of a Go module's build: its sources and the compiler's version. */
export function buildKey(folder: string, goVersion: string): string {
  const hash = createHash('sha256').update(goVersion)
  for (const file of readdirSync(folder).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name)).toSorted()) {
    hash.update(`${file}\0`).update(readFileSync(join(folder, file)))
  }
  return hash.digest('hex').slice(0, 16)
}
