/**
 * Git's Bloom filter of the paths that a commit changed, version 1 (gitformat-commit-graph, `bloom.c`). Its murmur3 takes characters as signed on
 * some machines, so that only paths in ASCII can be asked for.
 */
export type PathKey = {
  /** One pair of hashes for the path and one for each folder above it: a commit that changed it changed those too. */
  readonly hashes: readonly (readonly [number, number])[]
}

export function pathKey(path: string): PathKey {
  const parts = path.split('/')
  const names = parts.map((_, at) => parts.slice(0, parts.length - at).join('/'))
  return {
    hashes: names.map((name) => [murmur3(0x293ae76f, name), murmur3(0x7e646e2c, name)]),
  }
}

/** Where a filter lies among the bytes of a graph: it is looked at there, 100,000 of them in a row. */
export type FilterAt = { readonly bytes: Uint8Array; readonly from: number; readonly to: number }

/** False = the commit certainly left the path as it was. An empty filter says nothing. */
export function mayHold({ bytes, from, to }: FilterAt, { hashes }: PathKey, hashCount: number): boolean {
  const bits = (to - from) * 8
  if (bits === 0) return true
  for (const [first, second] of hashes) {
    for (let turn = 0; turn < hashCount; turn++) {
      const bit = ((first + Math.imul(turn, second)) >>> 0) % bits
      if (((bytes[from + (bit >> 3)] ?? 0) & (1 << (bit & 7))) === 0) return false
    }
  }
  return true
}

export function murmur3(seed: number, text: string): number {
  let hash = seed
  const whole = text.length & ~3
  for (let at = 0; at < whole; at += 4) {
    hash ^= mix(bytesAt(text, at, 4))
    hash = Math.imul(rotate(hash, 13), 5) + 0xe6546b64
  }
  if (whole < text.length) hash ^= mix(bytesAt(text, whole, text.length - whole))
  hash ^= text.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function bytesAt(text: string, from: number, count: number): number {
  let value = 0
  for (let at = 0; at < count; at++) value |= (text.charCodeAt(from + at) & 0xff) << (8 * at)
  return value
}

function mix(value: number): number {
  return Math.imul(rotate(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593)
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
