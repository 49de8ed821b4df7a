/** Slots of the palette in theme/tokens.css; past it colours repeat and the letter still tells commits apart. */
export const paletteSize = 10

/** A commit's mark: colour slot and letter. Both are the same wherever the commit is shown in this app. */
export type CommitMark = { readonly slot: number; readonly letter: string }

/**
 * Gives each running commit a colour of its own: the slot its id hashes to, or the next free one. Marks once given stay, so that
 * a colour never changes under the operator's eyes.
 */
export function assignMarks(
  known: ReadonlyMap<string, CommitMark>,
  oids: Iterable<string>,
): ReadonlyMap<string, CommitMark> {
  const fresh = [...new Set(oids)].filter((oid) => !known.has(oid)).sort()
  if (fresh.length === 0) return known
  const marks = new Map(known)
  for (const oid of fresh) {
    const taken = new Set([...marks.values()].map(({ slot }) => slot))
    const hashed = Number.parseInt(oid.slice(0, 6), 16) % paletteSize
    const free = Array.from({ length: paletteSize }, (_, by) => (hashed + by) % paletteSize).find(
      (slot) => !taken.has(slot),
    )
    marks.set(oid, { slot: free ?? hashed, letter: letterAt(marks.size) })
  }
  return marks
}

function letterAt(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + (index % 26))
}
