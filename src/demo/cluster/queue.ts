import type { World } from './world.ts'

/** Work by key: asked for twice it is done once, and never twice at the same time. */
export type Queue = {
  readonly add: (key: string) => void
  /** Later once more: for deadlines, which nothing else would wake. */
  readonly addAfter: (key: string, ms: number) => void
  readonly close: () => void
}

const retryMs = 500

/** `work` runs in a turn of its own, after the change that asked for it was told to everybody. */
export function createQueue(world: World, name: string, work: (key: string) => void): Queue {
  const waiting = new Set<string>()
  const timers = new Map<string, () => void>()
  let scheduled = false
  let closed = false

  function drain(): void {
    scheduled = false
    const now = [...waiting]
    waiting.clear()
    for (const key of now) {
      if (closed) return
      try {
        work(key)
      } catch (error) {
        world.log(`${name} failed for ${key}`, error)
        addAfter(key, retryMs)
      }
    }
  }
  function add(key: string): void {
    if (closed) return
    waiting.add(key)
    if (scheduled) return
    scheduled = true
    setImmediate(drain)
  }
  function addAfter(key: string, ms: number): void {
    timers.get(key)?.()
    timers.set(
      key,
      world.clock.after(ms, () => {
        timers.delete(key)
        add(key)
      }),
    )
  }
  return {
    add,
    addAfter,
    close: () => {
      closed = true
      for (const stop of timers.values()) stop()
      timers.clear()
    },
  }
}

export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

export function partsOf(key: string): { readonly namespace: string; readonly name: string } {
  const at = key.indexOf('/')
  return { namespace: key.slice(0, at), name: key.slice(at + 1) }
}
