import type { Delta } from '#contract'

type Source<T> = {
  readonly read: () => T
  readonly onChange: (listener: () => void) => () => void
  readonly signal: AbortSignal
}

const coalesceMs = 50
const batch = 200

/** The newest value again whenever it changed; changes within 50 ms come as one, and a slow reader skips what is outdated. */
export async function* streamLatest<T>(source: Source<T | Promise<T>>): AsyncGenerator<T> {
  const changes = listen(source)
  try {
    yield await source.read()
    while (await changes.next()) yield await source.read()
  } finally {
    changes.stop()
  }
}

/** A collection as deltas: the first is a reset; later ones hold what differs, at most 200 upserts each. */
export async function* streamDeltas<T>(
  source: Source<readonly T[]> & { readonly idOf: (item: T) => string; readonly isReady?: () => boolean },
): AsyncGenerator<Delta<T>> {
  const changes = listen(source)
  const sent = new Map<string, string>()
  let seq = 0
  let ready = false
  try {
    do {
      const items = source.read()
      const ids = new Set(items.map(source.idOf))
      const deletes = [...sent.keys()].filter((id) => !ids.has(id))
      const upserts = items.filter((item) => sent.get(source.idOf(item)) !== JSON.stringify(item))
      const nowReady = source.isReady?.() ?? true
      if (seq > 0 && deletes.length === 0 && upserts.length === 0 && nowReady === ready) continue
      for (const id of deletes) sent.delete(id)
      for (const item of upserts) sent.set(source.idOf(item), JSON.stringify(item))
      for (let at = 0; at === 0 || at < upserts.length; at += batch) {
        const last = at + batch >= upserts.length
        yield {
          seq,
          ...(seq === 0 ? { reset: true } : {}),
          upserts: upserts.slice(at, at + batch),
          deletes: at === 0 ? deletes : [],
          ready: last ? nowReady : ready,
        }
        seq += 1
      }
      ready = nowReady
    } while (await changes.next())
  } finally {
    changes.stop()
  }
}

/** Turns change events into awaited steps; false once the signal aborted. */
function listen(source: Pick<Source<unknown>, 'onChange' | 'signal'>) {
  let changed = false
  let wake: (() => void) | undefined
  const mark = () => {
    changed = true
    wake?.()
  }
  const forget = source.onChange(mark)
  source.signal.addEventListener('abort', mark, { once: true })
  const pause = () =>
    new Promise<void>((resolve) => {
      // Keeps the process: a command that waits for the last change must not end before it came.
      setTimeout(resolve, coalesceMs)
      source.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  return {
    next: async (): Promise<boolean> => {
      if (!changed && !source.signal.aborted) await new Promise<void>((resolve) => (wake = resolve))
      if (!source.signal.aborted) await pause()
      changed = false
      return !source.signal.aborted
    },
    stop: () => {
      forget()
      source.signal.removeEventListener('abort', mark)
    },
  }
}
