import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { AppError } from '#contract'
import { toDiskError } from './disk-error.ts'
import { withFileLock } from './file-lock.ts'
import { keepUnknown } from './keep-unknown.ts'
import { initialState, State } from './state.ts'

export type Store = {
  readonly state: () => State
  /** What happened while reading, for the operator: a broken file that was put aside. */
  readonly notices: () => readonly string[]
  /** One change after the other, also between processes: read, change, write. `DISK_FULL`, `DISK_FAILED`, `SETTINGS_NEWER`. */
  readonly update: (change: (state: State) => State) => Promise<State>
  readonly onChange: (listener: () => void) => () => void
  /** Reads what another process may have written. */
  readonly refresh: () => Promise<void>
}

type Reading = { readonly state: State; readonly raw: unknown }
const fresh: Reading = { state: initialState, raw: undefined }
export const storeFile = 'workspace.json'

/** The workspace's file: versioned, written atomically, shared by all windows and commands of one account. */
export async function openStore(folder: string, now: () => string): Promise<Store> {
  const file = join(folder, storeFile)
  await mkdir(folder, { recursive: true }).catch(toDiskError(folder))
  const listeners = new Set<() => void>()
  const notices: string[] = []
  const readNow = () => read(file, { now, notices })
  let { state } = await readNow()
  const accept = (next: State) => {
    const changed = JSON.stringify(next) !== JSON.stringify(state)
    state = next
    if (changed) for (const listener of listeners) listener()
  }
  return {
    state: () => state,
    notices: () => notices,
    update: (change) =>
      withFileLock(`${file}.lock`, async () => {
        const before = await readNow()
        // Never write what could not be read again.
        const next = State.parse(change(before.state))
        const text = JSON.stringify(keepUnknown(before.raw, before.state, next), null, 2)
        await writeFileAtomic(file, `${text}\n`, { mode: 0o600 }).catch(toDiskError(file))
        accept(next)
        return next
      }),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh: async () => {
      const seen = await look(file)
      // Neither there nor readable: an editor may be in the middle of saving. What is known stays until the next change reads it.
      if (seen.kind === 'state') accept(seen.reading.state)
    },
  }
}

type Seen = { readonly kind: 'state'; readonly reading: Reading } | { readonly kind: 'absent' | 'broken' }

async function look(file: string): Promise<Seen> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new AppError('DISK_FAILED', {
      message: `${file} cannot be read: ${error.code ?? error.message}.`,
      subject: file,
      cause: error,
    })
  })
  if (text === undefined) return { kind: 'absent' }
  const raw = parse(text)
  refuseNewer(file, raw)
  const state = State.safeParse(raw)
  return state.success ? { kind: 'state', reading: { state: state.data, raw } } : { kind: 'broken' }
}

/** For opening and changing: a broken file is put aside here, never by merely hearing of it. */
async function read(
  file: string,
  { now, notices }: { readonly now: () => string; readonly notices: string[] },
): Promise<Reading> {
  const seen = await look(file)
  if (seen.kind === 'state') return seen.reading
  if (seen.kind === 'absent') return fresh
  // Kept aside, never overwritten: somebody may have edited it by hand.
  const aside = `${file}.broken-${now().replaceAll(/[:.]/g, '-')}`
  try {
    await rename(file, aside)
    notices.push(`${file} could not be read; it was kept as ${aside}.`)
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') toDiskError(file)(error as NodeJS.ErrnoException)
  }
  return fresh
}

function refuseNewer(file: string, raw: unknown): void {
  const version = typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : undefined
  if (typeof version !== 'number' || version <= initialState.version) return
  throw new AppError('SETTINGS_NEWER', {
    message: `${file} was written by a newer version (${version}).`,
    subject: file,
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
