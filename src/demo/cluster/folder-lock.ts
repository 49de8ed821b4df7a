import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** One process per data folder: two would write one log. Throws when another lives; answers with what gives the folder back. */
export function takeFolder(folder: string): () => void {
  const file = join(folder, 'cluster.pid')
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const handle = openSync(file, 'wx', 0o600)
      writeSync(handle, String(process.pid))
      closeSync(handle)
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const pid = Number(readFileSync(file, 'utf8'))
      if (isAlive(pid) && pid !== process.pid)
        throw new Error(`Another cluster process (${pid}) uses ${folder}.`, { cause: error })
      rmSync(file, { force: true })
    }
  }
  throw new Error(`${file} could not be taken.`)
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
