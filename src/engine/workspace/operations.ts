import { randomUUID } from 'node:crypto'
import { AppError } from '#contract'
import type { Operation } from '#contract'
import type { Journal } from './journal.ts'
import { afterEntry, Entry } from './operation-entries.ts'
import type { Kept, Owner } from './operation-entries.ts'
import { isAlive, isRunning, readOwnIdentity } from '../process/index.ts'

/** What was and is being done, as the journal tells it, also by other processes of this account. */
export type Operations = {
  /** Newest first. One that has no end and whose process is gone is `interrupted`: its steps say how far it got, and it can go on. */
  readonly list: () => readonly Operation[]
  readonly get: (id: string) => Operation | undefined
  /** What going on needs, as `begin` or the newest `note` gave it. */
  readonly dataOf: (id: string) => unknown
  /**
   * On disk before it answers, unless `sync` is false. A `resume` is recorded for one of those who ask alone: OPERATION_NOT_RESUMABLE for
   * the others, and where there is nothing to go on with. `DISK_FULL`, `DISK_FAILED`.
   */
  readonly record: (entry: Entry, options?: { readonly sync?: boolean }) => Promise<void>
  readonly onChange: (listener: () => void) => () => void
  /** Reads what other processes have written since. */
  readonly refresh: () => Promise<void>
  /** Lines that could not be read, other than those that a crash has cut. */
  readonly brokenLines: () => number
  readonly close: () => void
}

export type OperationPorts = {
  readonly journal: Journal
  /** Runs work while no other process of this account does such work. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>
  /** Between two looks whether processes that run operations are still there; 5 s unless told. */
  readonly lookMs?: number
}

const keptOperations = 500
const usualLookMs = 5_000
/** Sessions of this very process: one that was closed runs nothing any more. */
const openSessions = new Set<string>()

export async function openOperations({
  journal,
  exclusively,
  lookMs = usualLookMs,
}: OperationPorts): Promise<Operations> {
  const known = new Map<string, Kept>()
  const gone = new Set<string>()
  const listeners = new Set<() => void>()
  const session = randomUUID()
  const identity = await readOwnIdentity()
  openSessions.add(session)
  let broken = 0

  const tell = () => {
    for (const listener of listeners) listener()
  }
  const catchUp = async () => {
    const read = await journal.readNew()
    broken += read.broken
    if (read.entries.length === 0) return
    for (const raw of read.entries) accept(known, raw)
    trim(known)
    await look(known, gone)
    tell()
  }
  const show = (kept: Kept) => toShown(kept, { session, gone })
  const get = (id: string) => {
    const kept = known.get(id)
    return kept === undefined ? undefined : show(kept)
  }
  const append = async (entry: Entry, options: { readonly sync?: boolean } | undefined) => {
    await journal.append(entry, options)
    await catchUp()
  }
  await catchUp()
  const timer = setInterval(() => {
    void look(known, gone).then((changed) => (changed ? tell() : undefined))
  }, lookMs)
  timer.unref()

  return {
    list: () => [...known.values()].map(show).toReversed(),
    get,
    dataOf: (id) => known.get(id)?.data,
    record: (entry, options) => {
      if (entry.type === 'begin') return append({ ...entry, ...identity, session }, options)
      if (entry.type !== 'resume') return append(entry, options)
      return exclusively(async () => {
        await catchUp()
        refuseUnlessInterrupted(get(entry.id), entry.id)
        await append({ ...entry, ...identity, session }, options)
      })
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh: catchUp,
    brokenLines: () => broken,
    close: () => {
      clearInterval(timer)
      openSessions.delete(session)
      listeners.clear()
    },
  }
}

function accept(known: Map<string, Kept>, raw: unknown): void {
  const entry = Entry.safeParse(raw)
  // A newer version may write entries that this one does not know: they are its own business.
  if (!entry.success) return
  const next = afterEntry(known.get(entry.data.id), entry.data)
  if (next !== undefined) known.set(entry.data.id, next)
}

/** The oldest go first; those that are not over stay. */
function trim(known: Map<string, Kept>): void {
  for (const [id, { operation }] of known) {
    if (known.size <= keptOperations) return
    if (operation.state !== 'running' && operation.state !== 'waiting') known.delete(id)
  }
}

/** Finds the owners of unfinished operations that are gone; true when there is a new one. A process that is gone stays gone. */
async function look(known: ReadonlyMap<string, Kept>, gone: Set<string>): Promise<boolean> {
  let changed = false
  for (const { operation, owner } of known.values()) {
    if (operation.state !== 'running' || gone.has(nameOf(owner))) continue
    if (await isGone(owner)) {
      gone.add(nameOf(owner))
      changed = true
    }
  }
  return changed
}

async function isGone(owner: Owner): Promise<boolean> {
  const { start } = await readOwnIdentity()
  const isOurs = owner.pid === process.pid && (owner.start === undefined || owner.start === start)
  if (isOurs) return owner.session !== undefined && !openSessions.has(owner.session)
  return !(await isRunning(owner))
}

function nameOf({ pid, start = '', session = '' }: Owner): string {
  return `${pid} ${start} ${session}`
}

function toShown(
  { operation, owner }: Kept,
  own: { readonly session: string; readonly gone: ReadonlySet<string> },
): Operation {
  if (operation.state !== 'running') return operation
  if (own.gone.has(nameOf(owner)) || !isAlive(owner.pid))
    return { ...operation, state: 'interrupted', cancellable: false, resumable: true }
  // Only the process that runs it can cancel it.
  return owner.session === own.session ? operation : { ...operation, cancellable: false }
}

function refuseUnlessInterrupted(operation: Operation | undefined, id: string): void {
  if (operation?.resumable === true) return
  throw new AppError('OPERATION_NOT_RESUMABLE', {
    message:
      operation === undefined
        ? `There is no operation ${id}.`
        : `"${operation.title}" cannot go on: it is ${operation.state}.`,
    subject: operation?.title ?? id,
  })
}
