import { AppError } from '#contract'
import { findClone } from './find.ts'
import type { Parts } from './ports.ts'

type Last = { readonly at: string; readonly failure?: string }

/** Fetching in the background: trusted clones alone, never with a prompt, slower after failures. */
export type Fetches = {
  readonly fetch: (cloneId: string, signal?: AbortSignal) => Promise<void>
  readonly begin: (cloneId: string) => void
  readonly last: (cloneId: string) => Last | undefined
  readonly onChange: (listener: () => void) => () => void
  readonly close: () => void
}

const longestPauseMs = 30 * 60_000

export function createFetches(parts: Parts): Fetches {
  const last = new Map<string, Last>()
  const timers = new Map<string, NodeJS.Timeout>()
  const listeners = new Set<() => void>()
  const ending = new AbortController()
  const fetch = async (cloneId: string, signal?: AbortSignal) => {
    const clone = findClone(parts, cloneId)
    if (clone.trusted === undefined) {
      throw new AppError('CLONE_NOT_TRUSTED', {
        message: `${clone.name}: the network is not used in this clone yet.`,
        subject: clone.name,
        action: 'trust-clone',
      })
    }
    const repo = await parts.git.open(clone.path)
    const head = await repo.head()
    const remote = await repo.remote(head.kind === 'detached' ? '' : head.branch)
    if (remote === undefined) return
    try {
      await repo.fetch(remote.name, signal ?? ending.signal)
      last.set(cloneId, { at: parts.now() })
    } catch (error) {
      if (error instanceof AppError) last.set(cloneId, { at: parts.now(), failure: error.message })
      throw error
    } finally {
      for (const listener of listeners) listener()
    }
  }
  const schedule = (cloneId: string, pauseMs: number) => {
    clearTimeout(timers.get(cloneId))
    const timer = setTimeout(() => void round(cloneId, pauseMs), pauseMs)
    timer.unref()
    timers.set(cloneId, timer)
  }
  const round = async (cloneId: string, pauseMs: number) => {
    const usual = parts.workspace.store.state().settings.fetchIntervalSeconds * 1000
    try {
      await fetch(cloneId)
      schedule(cloneId, usual)
    } catch (error) {
      if (ending.signal.aborted || !(error instanceof AppError) || error.code === 'NOT_FOUND') return
      schedule(cloneId, Math.min(Math.max(pauseMs, usual) * 2, longestPauseMs))
    }
  }
  return {
    fetch,
    begin: (cloneId) => schedule(cloneId, 0),
    last: (cloneId) => last.get(cloneId),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      ending.abort()
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
