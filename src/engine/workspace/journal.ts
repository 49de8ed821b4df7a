import { mkdir, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '#contract'
import { toDiskError } from './disk-error.ts'

/** An append-only file of JSON lines, shared by processes. What `append` has answered for survives kill -9 and a power cut. */
export type Journal = {
  /** On disk before it answers (`sync: false` leaves that to the system). `DISK_FULL`, `DISK_FAILED`. */
  readonly append: (entry: object, options?: { readonly sync?: boolean }) => Promise<void>
  /**
   * Entries since the last reading, our own and those of other processes, in the order of the file; the first reading begins at the last
   * `maxBytes`. A line that a crash has cut is passed over; other unreadable ones are counted in `broken`.
   */
  readonly readNew: () => Promise<{ readonly entries: readonly unknown[]; readonly broken: number }>
  readonly close: () => Promise<void>
}

type Waiting = {
  readonly line: string
  readonly sync: boolean
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const usualMaxBytes = 32 * 1024 * 1024

export async function openJournal(
  file: string,
  options: { readonly maxBytes?: number } = {},
): Promise<Journal> {
  await mkdir(dirname(file), { recursive: true }).catch(toDiskError(file))
  const handle: FileHandle = await open(file, 'a+', 0o600).catch(toDiskError(file))
  const reader = createReader(handle, options.maxBytes ?? usualMaxBytes)
  const waiting: Waiting[] = []
  let writing: Promise<void> = Promise.resolve()
  let isWriting = false
  // Entries that arrive while the disk is busy share the next write and its sync.
  const writeAll = async () => {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0)
      try {
        await write(file, handle, batch)
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isWriting = false
  }
  let reading: Promise<unknown> = Promise.resolve()
  return {
    append: (entry, { sync = true } = {}) =>
      new Promise((resolve, reject) => {
        waiting.push({ line: JSON.stringify(entry), sync, resolve, reject })
        if (!isWriting) writing = writeAll()
      }),
    readNew: () => {
      const result = reading.then(() => reader())
      reading = result.catch(() => undefined)
      return result
    },
    close: async () => {
      await writing
      await reading
      await handle.close()
    },
  }
}

/**
 * One write for all. Each line brings its own line break before it, so that a line which somebody's crash has cut never swallows the one
 * after it, without asking the file how it ends.
 */
async function write(file: string, handle: FileHandle, batch: readonly Waiting[]): Promise<void> {
  const bytes = Buffer.from(batch.map(({ line }) => `\n${line}\n`).join(''))
  const { bytesWritten } = await handle.write(bytes).catch(toDiskError(file))
  if (bytesWritten < bytes.length)
    throw new AppError('DISK_FULL', {
      message: `${file} took ${bytesWritten} of ${bytes.length} bytes.`,
      subject: file,
      retryable: true,
      action: 'retry',
    })
  if (batch.some(({ sync }) => sync)) await handle.datasync().catch(toDiskError(file))
}

function createReader(handle: FileHandle, maxBytes: number): Journal['readNew'] {
  let offset: number | undefined
  let rest = Buffer.alloc(0)
  return async () => {
    const { size } = await handle.stat()
    const begin = offset === undefined || size < offset ? Math.max(0, size - maxBytes) : offset
    if (begin !== offset) rest = Buffer.alloc(0)
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - begin), 0, size - begin, begin)
    offset = begin + bytesRead
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    const end = bytes.lastIndexOf(0x0a) + 1
    rest = Buffer.from(bytes.subarray(end))
    return parseLines(bytes.toString('utf8', 0, end))
  }
}

function parseLines(text: string): { readonly entries: readonly unknown[]; readonly broken: number } {
  const entries: unknown[] = []
  let broken = 0
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    try {
      entries.push(JSON.parse(line))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      // A whole line is followed by an empty one; a cut one by the break of the next. The first may be cut by the bound.
      const isCut = lines[index + 1] !== '' || index === 0
      if (!isCut) broken += 1
    }
  }
  return { entries, broken }
}
