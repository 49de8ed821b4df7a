/** Gives back what has the greatest weight first; of equals the one that came first, as git does. */
export type Heap<Value> = { readonly push: (value: Value) => void; readonly pop: () => Value | undefined }

type Entry<Value> = { readonly value: Value; readonly weight: number; readonly order: number }

export function createHeap<Value>(weigh: (value: Value) => number): Heap<Value> {
  const entries: Entry<Value>[] = []
  let order = 0
  const before = (a: number, b: number) => {
    const [one, other] = [entries[a], entries[b]]
    if (one === undefined || other === undefined) return one !== undefined
    return one.weight > other.weight || (one.weight === other.weight && one.order < other.order)
  }
  const swap = (a: number, b: number) => {
    const [one, other] = [entries[a], entries[b]]
    if (one === undefined || other === undefined) return
    entries[a] = other
    entries[b] = one
  }
  return {
    push: (value) => {
      entries.push({ value, weight: weigh(value), order: order++ })
      for (let at = entries.length - 1; at > 0;) {
        const parent = (at - 1) >> 1
        if (!before(at, parent)) return
        swap(at, parent)
        at = parent
      }
    },
    pop: () => {
      swap(0, entries.length - 1)
      const top = entries.pop()
      for (let at = 0; ;) {
        const child = before(2 * at + 2, 2 * at + 1) ? 2 * at + 2 : 2 * at + 1
        if (child >= entries.length || !before(child, at)) return top?.value
        swap(at, child)
        at = child
      }
    },
  }
}
