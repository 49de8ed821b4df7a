/** The values used last, as long as they fit: bounded by bytes, since one large file may weigh as much as thousands of trees. */
export type ByteCache<Value> = {
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value, bytes: number) => void
}

export function createByteCache<Value>(maxBytes: number): ByteCache<Value> {
  const kept = new Map<string, { readonly value: Value; readonly bytes: number }>()
  let total = 0
  return {
    get: (key) => {
      const found = kept.get(key)
      if (found === undefined) return undefined
      // A Map keeps the order of insertion: put back at the end, the first is the one unused for longest.
      kept.delete(key)
      kept.set(key, found)
      return found.value
    },
    set: (key, value, bytes) => {
      if (bytes > maxBytes / 8 || kept.has(key)) return
      kept.set(key, { value, bytes })
      total += bytes
      for (const [oldest, entry] of kept) {
        if (total <= maxBytes) break
        kept.delete(oldest)
        total -= entry.bytes
      }
    },
  }
}
