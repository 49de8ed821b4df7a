import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Change } from './store.ts'

/** The state on disk: one line for each change. A kill loses at most the line that was being written. */
export type LogFile = {
  readonly read: () => {
    readonly changes: readonly Change[]
    readonly version: number
    /** Changes up to here are not in the log any more, only their outcome. */
    readonly compactedAt: number
  }
  readonly append: (change: Change) => void
  /** Much longer than what it holds. */
  readonly isLong: (version: number) => boolean
  readonly compact: (changes: Iterable<Change>) => void
  readonly close: () => void
}

type Header = { readonly wheelhouseCluster: 1; readonly version: number }

/** Both must be passed before the log is compacted. */
export type LogLimits = { readonly bytes: number; readonly changes: number }

const defaults: LogLimits = { bytes: 32 * 1024 * 1024, changes: 1000 }

/** Opens the log and cuts off a last line that was not written whole. */
export function openLogFile(file: string, limits: LogLimits = defaults): LogFile {
  mkdirSync(dirname(file), { recursive: true })
  const { lines, broken, length } = readLines(file)
  const [first, ...rest] = lines
  const header = (first as Header | undefined) ?? { wheelhouseCluster: 1, version: 1 }
  const changes = rest as readonly Change[]
  let version = header.version
  let bytes = length
  let since = changes.length
  let handle = first === undefined || broken ? rewrite(file, header, changes) : openSync(file, 'a')

  return {
    read: () => ({
      changes,
      version: header.version,
      compactedAt: header.version,
    }),
    append: (change) => {
      const line = `${JSON.stringify(change)}\n`
      bytes += line.length
      since += 1
      writeSync(handle, line)
    },
    isLong: (now) => {
      version = now
      return bytes > limits.bytes && since > limits.changes
    },
    compact: (now) => {
      closeSync(handle)
      handle = rewrite(file, { wheelhouseCluster: 1, version }, now)
      bytes = 0
      since = 0
    },
    close: () => closeSync(handle),
  }
}

/** Written beside it and moved into its place: at each moment the file is whole. */
function rewrite(file: string, header: Header, changes: Iterable<Change>): number {
  const beside = `${file}.new`
  const handle = openSync(beside, 'w', 0o600)
  writeSync(handle, `${JSON.stringify(header)}\n`)
  for (const change of changes) writeSync(handle, `${JSON.stringify(change)}\n`)
  fsyncSync(handle)
  renameSync(beside, file)
  return handle
}

type Read = { readonly lines: readonly unknown[]; readonly broken: boolean; readonly length: number }

function readLines(file: string): Read {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], broken: false, length: 0 }
    throw error
  }
  const parts = text.split('\n')
  const torn = parts.pop() !== ''
  const lines: unknown[] = []
  for (const part of parts) {
    try {
      lines.push(JSON.parse(part))
    } catch {
      // Nothing after a line that cannot be read may be trusted to follow from it.
      return { lines, broken: true, length: text.length }
    }
  }
  return { lines, broken: torn, length: text.length }
}
