/** Rows that wait to be rendered, by their place in the list: those in view come first, then outward from there. */
export type Backlog<T> = {
  readonly size: () => number
  readonly add: (entry: T) => void
  /** Forgets all from this place on. */
  readonly cut: (from: number) => void
  /** Is this still the entry of its place? */
  readonly holds: (index: number, entry: T) => boolean
  /** The next one; each is given once. */
  readonly take: () => { readonly index: number; readonly entry: T } | undefined
}

/** `inView` says the places that somebody looks at, in the order of the list; it is asked at each taking, so that what went out of view waits. */
export function createBacklog<T>(inView: () => readonly number[]): Backlog<T> {
  const entries: T[] = []
  const taken: boolean[] = []
  let start = 0
  let down = 0
  let up = -1
  const move = (to: number) => {
    start = to
    down = to
    up = to - 1
  }
  const nearest = () => {
    while (down < entries.length && taken[down] === true) down += 1
    while (up >= 0 && taken[up] === true) up -= 1
    if (down >= entries.length) return up < 0 ? undefined : up
    return up >= 0 && start - up < down - start ? up : down
  }
  return {
    size: () => entries.length,
    add: (entry) => {
      entries.push(entry)
      taken.push(false)
    },
    cut: (from) => {
      entries.length = Math.min(entries.length, from)
      taken.length = entries.length
      if (down > entries.length) down = entries.length
      if (up >= entries.length) up = entries.length - 1
    },
    holds: (index, entry) => entries[index] === entry,
    take: () => {
      const seen = inView()
      const from = Math.min(seen[0] ?? 0, entries.length)
      if (from !== start) move(from)
      const index = seen.find((place) => place < entries.length && taken[place] === false) ?? nearest()
      const entry = index === undefined ? undefined : entries[index]
      if (index === undefined || entry === undefined) return undefined
      taken[index] = true
      return { index, entry }
    },
  }
}
