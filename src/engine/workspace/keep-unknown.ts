/**
 * `next` with what `raw` holds and `known` does not: keys that this version's schema has dropped, since a newer one has written them.
 * Items of lists are matched by their `id`.
 */
export function keepUnknown(raw: unknown, known: unknown, next: unknown): unknown {
  if (Array.isArray(raw) && Array.isArray(known) && Array.isArray(next)) {
    return next.map((item: unknown) => {
      const isSame = (other: unknown) => idOf(item) !== undefined && idOf(other) === idOf(item)
      return keepUnknown(raw.find(isSame), known.find(isSame), item)
    })
  }
  if (!isRecord(raw) || !isRecord(known) || !isRecord(next)) return next
  const kept = Object.entries(raw).filter(
    ([name]) => !Object.hasOwn(known, name) && !Object.hasOwn(next, name),
  )
  const ours = Object.entries(next).map(([name, value]) => [name, keepUnknown(raw[name], known[name], value)])
  return Object.fromEntries([...ours, ...kept])
}

function idOf(value: unknown): unknown {
  return isRecord(value) ? value['id'] : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
