import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './workspace/index.ts'
import type { Operations } from './workspace/index.ts'

/** Drafts of this process. Each process has a folder of its own: windows and commands share the app's data. */
export function draftFolder(dataDir: string): string {
  return join(dataDir, 'drafts', String(process.pid))
}

/** Removes the drafts of ended processes, but for those that an unfinished landing may go on with. */
export async function sweepDrafts(dataDir: string, operations: Operations): Promise<void> {
  const parent = join(dataDir, 'drafts')
  const unfinished = operations.list().filter(({ state, resumable }) => state === 'running' || resumable)
  const kept = new Set(unfinished.map(({ id }) => folderOf(operations.dataOf(id))))
  for (const pid of await names(parent)) {
    if (isAlive(Number(pid))) continue
    const folder = join(parent, pid)
    const gone = (await names(folder)).map((name) => join(folder, name)).filter((dir) => !kept.has(dir))
    await Promise.all(gone.map((dir) => rm(dir, { recursive: true, force: true })))
    if ((await names(folder)).length === 0) await rm(folder, { recursive: true, force: true })
  }
}

function folderOf(data: unknown): string | undefined {
  return (data as { readonly landing?: { readonly dir?: string } } | undefined)?.landing?.dir
}

function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
}
