import type { WatchEvent, WatchListener } from '../../../src/engine/kube/index.ts'

export type HeardEvents = {
  readonly listener: WatchListener
  readonly events: readonly WatchEvent[]
  /** Resolves with the n-th event (1 unless told) that fits, heard before or to come. */
  readonly until: (fits: (event: WatchEvent) => boolean, times?: number) => Promise<WatchEvent>
  /** `reset one,two`, `upsert one`, `live`: the story in short. */
  readonly words: () => string[]
}

/** A listener that remembers. */
export function heardEvents(): HeardEvents {
  const events: WatchEvent[] = []
  let waiting: (() => void)[] = []
  return {
    events,
    listener: (event) => {
      events.push(event)
      for (const look of waiting) look()
    },
    until: (fits, times = 1) =>
      new Promise((resolve) => {
        function look(): void {
          const found = events.filter(fits)[times - 1]
          if (found === undefined) return
          waiting = waiting.filter((one) => one !== look)
          resolve(found)
        }
        waiting.push(look)
        look()
      }),
    words: () => events.map(wordOf),
  }
}

function wordOf(event: WatchEvent): string {
  if (event.type === 'state') return event.state
  if (event.type === 'reset') return `reset ${event.items.map(nameOf).join(',')}`
  return `${event.type} ${nameOf(event.object)}`
}

export function nameOf(object: Readonly<Record<string, unknown>>): string {
  return String(Reflect.get(Object(object['metadata']), 'name'))
}
