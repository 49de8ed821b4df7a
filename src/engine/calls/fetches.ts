import { AppError } from '#contract'
import type { Clone, NetworkState, TransferProgress } from '#contract'
import { pauseBeforeFetch } from '#core'
import type { Repo } from '../git/index.ts'
import { findClone } from './find.ts'
import type { Parts } from './ports.ts'
import { requireTrusted } from './trust.ts'

type Last = { readonly at: string; readonly failure?: string }
type Order = {
  readonly signal?: AbortSignal | undefined
  /** The operator asked for it and waits: it may ask. */
  readonly asks?: boolean
}
/** One use of a clone's remote: a fetch unless told. */
type Work = (
  repo: Repo,
  remote: string,
  told: { readonly signal: AbortSignal; readonly onProgress: (progress: TransferProgress) => void },
) => Promise<void>

/** Fetching in the background: trusted clones alone, never with a prompt, slower after failures. */
export type Fetches = {
  readonly fetch: (cloneId: string, order?: Order, work?: Work) => Promise<void>
  readonly begin: (cloneId: string) => void
  readonly last: (cloneId: string) => Last | undefined
  /** Present while a fetch is under way. */
  readonly fetching: (cloneId: string) => Clone['fetching']
  /** When the next one in the background begins, ISO; undefined = none is planned. */
  readonly nextAt: (cloneId: string) => string | undefined
  /** Nothing is fetched in the background while the machine is offline or pays for its network. */
  readonly setNetwork: (state: NetworkState) => void
  readonly onChange: (listener: () => void) => () => void
  readonly close: () => void
}

const progressEveryMs = 400

export function createFetches(parts: Parts): Fetches {
  const last = new Map<string, Last>()
  const timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly atMs: number }>()
  /** By remote, as several clones may share one: who has heard that it is down need not ask again at once. */
  const failures = new Map<string, number>()
  const underWay = new Map<
    string,
    { readonly atMs: number; readonly shown: NonNullable<Clone['fetching']> }
  >()
  const begun = new Set<string>()
  let network: NetworkState = 'online'
  const listeners = new Set<() => void>()
  const ending = new AbortController()
  const fetch: Fetches['fetch'] = async (cloneId, { signal, asks } = {}, work) => {
    const clone = findClone(parts, cloneId)
    const repo = await parts.git.open(clone.path)
    await requireTrusted(parts, cloneId, repo)
    const head = await repo.head()
    const remote = await repo.remote(head.kind === 'detached' ? '' : head.branch)
    if (remote === undefined) return
    const does: Work =
      work ?? ((it, name, told) => it.fetch(name, told.signal, { ...told, asks: asks === true }))
    // What is shown is read anew at each tick: a few in a second are enough.
    const onProgress = (progress: TransferProgress) => {
      const since = underWay.get(cloneId)?.atMs ?? 0
      if (Date.now() - since < progressEveryMs) return
      underWay.set(cloneId, { atMs: Date.now(), shown: { progress } })
      tell()
    }
    underWay.set(cloneId, { atMs: 0, shown: {} })
    tell()
    try {
      await does(repo, remote.name, { signal: signal ?? ending.signal, onProgress })
      last.set(cloneId, { at: parts.now() })
      failures.delete(remote.url)
    } catch (error) {
      if (error instanceof AppError && error.code !== 'CANCELLED') {
        last.set(cloneId, { at: parts.now(), failure: error.message })
        failures.set(remote.url, (failures.get(remote.url) ?? 0) + 1)
      }
      throw error
    } finally {
      underWay.delete(cloneId)
      tell()
    }
  }
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const schedule = (cloneId: string, pauseMs: number) => {
    clearTimeout(timers.get(cloneId)?.timer)
    const timer = setTimeout(() => void round(cloneId), pauseMs)
    timer.unref()
    timers.set(cloneId, { timer, atMs: Date.now() + pauseMs })
  }
  const round = async (cloneId: string) => {
    if (network !== 'online') return void timers.delete(cloneId)
    try {
      await fetch(cloneId)
    } catch (error) {
      if (ending.signal.aborted || !(error instanceof AppError) || error.code === 'NOT_FOUND') return
    }
    const usualMs = parts.workspace.store.state().settings.fetchIntervalSeconds * 1000
    const url = await remoteUrl(parts, cloneId)
    const known = url === undefined ? 0 : (failures.get(url) ?? 0)
    schedule(cloneId, pauseBeforeFetch({ usualMs, failures: known, random: Math.random() }))
    tell()
  }
  return {
    fetch,
    begin: (cloneId) => {
      begun.add(cloneId)
      schedule(cloneId, 0)
    },
    last: (cloneId) => last.get(cloneId),
    fetching: (cloneId) => underWay.get(cloneId)?.shown,
    nextAt: (cloneId) => {
      const next = timers.get(cloneId)
      return next === undefined || network !== 'online' ? undefined : new Date(next.atMs).toISOString()
    },
    setNetwork: (state) => {
      if (state === network) return
      network = state
      // What came due meanwhile begins now; what is still planned keeps its time.
      if (state === 'online') for (const id of begun) if (!timers.has(id)) schedule(id, 0)
      tell()
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      ending.abort()
      for (const { timer } of timers.values()) clearTimeout(timer)
    },
  }
}

async function remoteUrl(parts: Parts, cloneId: string): Promise<string | undefined> {
  try {
    const repo = await parts.git.open(findClone(parts, cloneId).path)
    const head = await repo.head()
    return (await repo.remote(head.kind === 'detached' ? '' : head.branch))?.url
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
