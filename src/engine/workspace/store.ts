import { watch } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { AppError } from '#contract'
import { withFileLock } from './file-lock.ts'
import { initialState, State } from './state.ts'

export type Store = {
  readonly state: () => State
  /** What happened while reading, for the operator: a broken file that was put aside. */
  readonly notices: () => readonly string[]
  /** One change after the other, also between processes: read, change, write. `DISK_FULL`, `DISK_FAILED`, `SETTINGS_NEWER`. */
  readonly update: (change: (state: State) => State) => Promise<State>
  readonly onChange: (listener: () => void) => () => void
  readonly close: () => void
}

/** The workspace's file: versioned, written atomically, shared by all windows and commands of one account. */
export async function openStore(folder: string, now: () => string): Promise<Store> {
  const file = join(folder, 'workspace.json')
  await mkdir(folder, { recursive: true }).catch(toDiskError(folder))
  const listeners = new Set<() => void>()
  const notices: string[] = []
  let state = await read(file, now, notices)
  const accept = (next: State) => {
    const changed = JSON.stringify(next) !== JSON.stringify(state)
    state = next
    if (changed) for (const listener of listeners) listener()
  }
  // Another window or command may write the same file.
  const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name === 'workspace.json') void read(file, now, notices).then(accept, () => undefined)
  })
  watcher.on('error', () => watcher.close())
  return {
    state: () => state,
    notices: () => notices,
    update: (change) =>
      withFileLock(`${file}.lock`, async () => {
        const next = change(await read(file, now, notices))
        await writeFileAtomic(file, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 }).catch(
          toDiskError(file),
        )
        accept(next)
        return next
      }),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => watcher.close(),
  }
}

async function read(file: string, now: () => string, notices: string[]): Promise<State> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new AppError('DISK_FAILED', {
      message: `${file} cannot be read: ${error.code ?? ''}.`,
      subject: file,
      cause: error,
    })
  })
  if (text === undefined) return initialState
  const parsed = parse(text)
  const version =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined
  if (typeof version === 'number' && version > 1) {
    throw new AppError('SETTINGS_NEWER', {
      message: `${file} was written by a newer version (${version}).`,
      subject: file,
    })
  }
  const state = State.safeParse(parsed)
  if (state.success) return state.data
  // Kept aside, never overwritten: somebody may have edited it by hand.
  const aside = `${file}.broken-${now().replaceAll(/[:.]/g, '-')}`
  await rename(file, aside).catch(toDiskError(file))
  notices.push(`${file} could not be read; it was kept as ${aside}.`)
  return initialState
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function toDiskError(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const code = error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'DISK_FULL' : 'DISK_FAILED'
    throw new AppError(code, {
      message: `${path} cannot be written: ${error.code ?? error.message}.`,
      subject: path,
      retryable: true,
      action: 'retry',
      cause: error,
    })
  }
}
