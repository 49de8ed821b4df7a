import { mkdir, open, readFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { toDiskError } from './store.ts'

/** An append-only file of JSON lines. What `append` has answered for survives kill -9 and a power cut. */
export type Journal = {
  /** One write of one line, on disk before it answers (`sync: false` leaves that to the system). `DISK_FULL`, `DISK_FAILED`. */
  readonly append: (entry: object, options?: { readonly sync?: boolean }) => Promise<void>
  /** All readable entries; a last line that was cut by a crash is passed over, others are counted in `broken`. */
  readonly read: () => Promise<{ readonly entries: readonly unknown[]; readonly broken: number }>
  readonly close: () => Promise<void>
}

export async function openJournal(file: string): Promise<Journal> {
  await mkdir(dirname(file), { recursive: true }).catch(toDiskError(file))
  const handle: FileHandle = await open(file, 'a', 0o600).catch(toDiskError(file))
  let tail: Promise<unknown> = mendTail(file, handle)
  return {
    append: (entry, options = {}) => {
      const written = tail.then(async () => {
        await handle.appendFile(`${JSON.stringify(entry)}\n`).catch(toDiskError(file))
        if (options.sync !== false) await handle.datasync().catch(toDiskError(file))
      })
      tail = written.catch(() => undefined)
      return written
    },
    read: async () => parseLines(await readFile(file, 'utf8')),
    close: async () => {
      await tail
      await handle.close()
    },
  }
}

/** A line that a crash has cut gets its end, so that the next one stands on a line of its own. */
async function mendTail(file: string, handle: FileHandle): Promise<void> {
  const text = await readFile(file, 'utf8')
  if (text !== '' && !text.endsWith('\n')) await handle.appendFile('\n')
}

function parseLines(text: string): { readonly entries: readonly unknown[]; readonly broken: number } {
  const entries: unknown[] = []
  let broken = 0
  for (const line of text.split('\n')) {
    if (line === '') continue
    try {
      entries.push(JSON.parse(line))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      broken += 1
    }
  }
  return { entries, broken }
}
